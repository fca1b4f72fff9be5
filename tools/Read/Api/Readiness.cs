// Whether both databases answer. Anybody may ask, as often as he likes; they are asked once a second at most,
// and by one at a time.

using System.Runtime.ExceptionServices;
using Pulsegate.Read.Access;
using Pulsegate.Read.Data;

namespace Pulsegate.Read.Api;

/// <summary>The answer of the readiness probe. Thread-safe.</summary>
internal sealed class Readiness(Backend backend, AuditLog audit, TimeProvider time)
{
    private static readonly TimeSpan FreshTime = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private long? _askedStamp;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Throws what a database threw, now or within the last second.</summary>
    internal void Check()
    {
        lock (_gate)
        {
            if (_askedStamp is not { } stamp || time.GetElapsedTime(stamp) >= FreshTime)
            {
                _failure = Ask();
                _askedStamp = time.GetTimestamp();
            }

            _failure?.Throw();
        }
    }

    private ExceptionDispatchInfo? Ask()
    {
        try
        {
            _ = backend.Number("select 1");
            _ = audit.Read(long.MaxValue, 1);
            return null;
        }
        catch (Exception e)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
    }
}
