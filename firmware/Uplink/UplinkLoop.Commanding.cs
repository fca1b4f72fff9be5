// Commands on their way in: verified here, on the uplink's thread, and acted upon in the acquisition loop.

using Pulsegate.Commands;

namespace Pulsegate.Uplink;

public sealed partial class UplinkLoop
{
    private readonly Command _command = new Command();
    private readonly string _commandTopic;

    /// <summary>Where verified commands go; null, as at first, ignores them.</summary>
    public CommandInbox Commands;

    // What is forged, damaged, of another device or finds no room has no answer: a true sender sends again.
    private void TakeCommand()
    {
        if (_command.TryParse(_message.Payload, _message.PayloadLength, _device, _signer))
        {
            Commands.TryPut(_command);
        }
    }
}
