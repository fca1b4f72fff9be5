// What the library calls back, on its own threads.

using System;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;

namespace Pulsegate.Boards.Esp32;

public sealed partial class M2MqttLink
{
    // The four below run on the library's threads: they copy and return. A late call of an older client says
    // nothing.
    private void OnReceived(object sender, MqttMsgPublishEventArgs e)
    {
        if (sender == _client)
        {
            _messages.Put(e.Topic, e.Message);
        }
    }

    private void OnPublished(object sender, MqttMsgPublishedEventArgs e)
    {
        if (sender == _client)
        {
            _completions.Put(e.MessageId, e.IsPublished);
        }
    }

    private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
    {
        if (sender != _client)
        {
            return;
        }

        for (int i = 0; i < e.GrantedQoSLevels.Length; i++)
        {
            // MQTT 5 has several refusals; all are 0x80 and above.
            if ((int)e.GrantedQoSLevels[i] >= (int)MqttQoSLevel.GrantedFailure)
            {
                LastError = "the broker refused a subscription";
                _isRefused = true;
                return;
            }
        }

        LastError = "";
        _isSubscribed = true;
    }

    private void OnClosed(object sender, EventArgs e)
    {
        bool isSaid = _isRefused || (_isSubscribed && LastError.Length > 0);
        if (sender == _client && !isSaid)
        {
            LastError = "the connection was lost";
        }
    }
}
