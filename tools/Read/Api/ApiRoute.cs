using Pulsegate.Read.Access;

namespace Pulsegate.Read.Api;

/// <summary>One route: what the server maps and what its document says are this.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, with {names}.</param>
/// <param name="Permission">What the token must have.</param>
/// <param name="Summary">What it answers.</param>
/// <param name="Query">Names of its query parameters; any other is refused.</param>
/// <param name="Response">Type of the JSON that it answers; null for another content.</param>
/// <param name="ContentType">Content type of the answer.</param>
/// <param name="Answer">Makes the answer.</param>
internal sealed record ApiRoute(
    string Method, string Path, Permission Permission, string Summary, string[] Query, Type? Response,
    string ContentType, Func<ApiRequest, ApiAnswer> Answer);
