using System.Runtime.InteropServices;

namespace Pulsegate.Cli;

/// <summary>Set by Ctrl-C or SIGTERM, so that a command can end in good order.</summary>
internal sealed class StopSignal : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;

    /// <summary>Listens.</summary>
    public StopSignal()
    {
        _registrations = [.. new[] { PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP,
            PosixSignal.SIGQUIT }.Select(signal =>
            PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                _source.Cancel();
            }))];
    }

    /// <summary>Cancelled when the signal comes.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Waits for the signal for some time.</summary>
    /// <returns>True when it has come.</returns>
    public bool Wait(TimeSpan time) => Token.WaitHandle.WaitOne(time);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
