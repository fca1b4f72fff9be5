// Goal: the tests' own requests reach this machine, and nothing else. Method: whatever proxy the environment
// names, which may be told nothing of loopback, is not used.

using System.Net;

namespace Pulsegate.Tests;

[TestClass]
public sealed class LoopbackClients
{
    /// <summary>Before the first test.</summary>
    [AssemblyInitialize]
    public static void WithoutAProxy(TestContext context)
    {
        _ = context;
        HttpClient.DefaultProxy = new WebProxy();
    }
}
