using Iot.Device.Max3010x.Emulator;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>The engineer's finger, on the sensor unless the board plays one without.</summary>
internal sealed class FieldFinger(BoardFolder board, IPpgSource finger) : IPpgSource
{
    private readonly bool _isOff = board.Plays(BoardFolder.NoFinger);

    /// <inheritdoc/>
    public void Sample(long timeMicroseconds, int[] light)
    {
        finger.Sample(timeMicroseconds, light);
        if (_isOff)
        {
            Array.Clear(light);
        }
    }
}
