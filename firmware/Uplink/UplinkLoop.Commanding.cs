// Commands on their way in: verified here, on the uplink's thread, and acted upon in the acquisition loop.

using Pulsegate.Commands;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private readonly Command _command = new Command();
    private readonly string _commandTopic;
    private long _commandAccepted;
    private long _commandRefused;

    /// <summary>Where verified commands go; null, as at first, ignores them.</summary>
    public CommandInbox Commands;

    /// <summary>Genuine commands handed on since boot.</summary>
    public long CommandAccepted => _commandAccepted;

    /// <summary>Messages on the command topic since boot that were forged, damaged or of another device, or
    /// found no room.</summary>
    public long CommandRefused => _commandRefused;

    private void TakeCommand()
    {
        if (_command.TryParse(_message.Payload, _message.PayloadLength, _device, _signer)
            && Commands.TryPut(_command))
        {
            _commandAccepted++;
        }
        else
        {
            _commandRefused++;
        }
    }
}
