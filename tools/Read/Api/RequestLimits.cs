// How much one token may ask: a bucket for each, so that a program that asks in a loop does not take the
// answers from whoever looks at a patient. Whoever has no token shares the bucket of his address.

using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Http;
using Pulsegate.Read.Access;

namespace Pulsegate.Read.Api;

/// <summary>The buckets. Thread-safe.</summary>
internal sealed class RequestLimits(int requestsPerMinuteMax, TimeSpan refillTime) : IDisposable
{
    /// <summary>Requests a minute and token when nothing else is said: the operator's view with ten thousand
    /// units needs 22.</summary>
    internal const int RequestsPerMinuteMaxDefault = 1200;

    /// <summary>Time after which a bucket gets its share of a minute back.</summary>
    internal static readonly TimeSpan RefillTimeDefault = TimeSpan.FromSeconds(1);

    private const int SecondsPerMinute = 60;

    // Buckets that are full again and unused are dropped by the limiter.
    private readonly PartitionedRateLimiter<string> _buckets = PartitionedRateLimiter.Create<string, string>(
        who => RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = requestsPerMinuteMax, TokensPerPeriod = requestsPerMinuteMax / SecondsPerMinute,
            ReplenishmentPeriod = refillTime, QueueLimit = 0,
        }));

    /// <summary>Counts a request.</summary>
    /// <exception cref="ApiException">It is one too many: 429, and Retry-After says when to come
    /// back.</exception>
    public void Take(HttpContext context, Caller? caller)
    {
        string who = caller is not null
            ? $"token {caller.Name}" : $"address {context.Connection.RemoteIpAddress}";
        using RateLimitLease lease = _buckets.AttemptAcquire(who);
        if (lease.IsAcquired)
        {
            return;
        }

        TimeSpan pause = lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan known)
            ? known : refillTime;
        context.Response.Headers.RetryAfter =
            Math.Max(1, (long)Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        throw new ApiException(
            StatusCodes.Status429TooManyRequests,
            $"more than {requestsPerMinuteMax} requests a minute: see Retry-After");
    }

    /// <inheritdoc/>
    public void Dispose() => _buckets.Dispose();
}
