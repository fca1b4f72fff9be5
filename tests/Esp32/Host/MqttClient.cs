// Fake of nanoFramework.M2Mqtt's client, as far as M2MqttLink uses it: it keeps what it is told and lets the
// test raise the events. That M2MqttLink fits the real shape is checked by the surface build.

using System;
using System.Collections;
using System.Collections.Generic;
using System.Security.Cryptography.X509Certificates;
using nanoFramework.M2Mqtt.Messages;

namespace nanoFramework.M2Mqtt
{
    public enum MqttSslProtocols
    {
        None = 0,
        TLSv1_2 = 4,
    }

    public enum MqttProtocolVersion
    {
        Version_3_1_1 = 4,
        Version_5 = 5,
    }

    public sealed class MqttSettings
    {
        public int InflightQueueSize { get; set; } = int.MaxValue;
    }

    public sealed class MqttClient : IDisposable
    {
        private ushort _lastId;

        public MqttClient(
            string brokerHostName, int brokerPort, bool secure, X509Certificate caCert,
                X509Certificate clientCert,
            MqttSslProtocols sslProtocol)
        {
            ConstructorFailure?.Invoke();
            Newest = this;
            IsSecure = secure && sslProtocol == MqttSslProtocols.TLSv1_2;
        }

        public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

        public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

        public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);

        public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);

        public event MqttMsgPublishEventHandler MqttMsgPublishReceived;

        public event MqttMsgPublishedEventHandler MqttMsgPublished;

        public event MqttMsgSubscribedEventHandler MqttMsgSubscribed;

        public event ConnectionClosedEventHandler ConnectionClosed;

        public static MqttClient Newest { get; set; }

        public static Action ConstructorFailure { get; set; }

        public static MqttReasonCode ConnectResult { get; set; }

        public static MqttReasonCode? Version5Result { get; set; }

        public bool IsSecure { get; }

        public bool IsConnected { get; set; }

        public bool IsClosed { get; private set; }

        public string WillMessage { get; private set; }

        public bool IsWillRetained { get; private set; }

        public List<string> PublishedTopics { get; } = new List<string>();

        public MqttProtocolVersion ProtocolVersion { get; set; }

        public MqttSettings Settings { get; } = new MqttSettings();

        public MqttReasonCode Connect(
            string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel,
                bool willFlag,
            string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod)
        {
            MqttReasonCode result = ProtocolVersion == MqttProtocolVersion.Version_5
                ? Version5Result ?? ConnectResult : ConnectResult;
            IsConnected = result == MqttReasonCode.Success;
            WillMessage = willMessage;
            IsWillRetained = willRetain && willFlag;
            return result;
        }

        public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels) => 1;

        public ushort Publish(
            string topic, byte[] message, string contentType, ArrayList userProperties, MqttQoSLevel qosLevel,
                bool retain)
        {
            PublishedTopics.Add(topic);
            return ++_lastId;
        }

        public void Disconnect() => IsConnected = false;

        public void Close()
        {
            IsClosed = true;
            IsConnected = false;
        }

        public void Dispose()
        {
        }

        public void Grant(params MqttQoSLevel[] levels)
            => MqttMsgSubscribed?.Invoke(this, new MqttMsgSubscribedEventArgs(1, levels));

        public void Finish(ushort id, bool isPublished)
            => MqttMsgPublished?.Invoke(this, new MqttMsgPublishedEventArgs(id, isPublished));

        public void Deliver(string topic, byte[] message)
            => MqttMsgPublishReceived?.Invoke(
                this, new MqttMsgPublishEventArgs(topic, message, false, MqttQoSLevel.AtLeastOnce, false));

        public void Lose()
        {
            IsConnected = false;
            ConnectionClosed?.Invoke(this, EventArgs.Empty);
        }
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    public enum MqttQoSLevel
    {
        AtMostOnce = 0,
        AtLeastOnce = 1,
        GrantedFailure = 128,
    }

    public enum MqttReasonCode
    {
        Success = 0,
        UnsupportedProtocolVersion = 132,
        NotAuthorized = 135,
    }

    public sealed class MqttMsgPublishedEventArgs(ushort messageId, bool isPublished) : EventArgs
    {
        public ushort MessageId => messageId;

        public bool IsPublished => isPublished;
    }

    public sealed class MqttMsgSubscribedEventArgs(ushort messageId, MqttQoSLevel[] grantedQosLevels)
        : EventArgs
    {
        public ushort MessageId => messageId;

        public MqttQoSLevel[] GrantedQoSLevels => grantedQosLevels;
    }

    public sealed class MqttMsgPublishEventArgs(
        string topic, byte[] message, bool dupFlag, MqttQoSLevel qosLevel, bool retain) : EventArgs
    {
        public string Topic => topic;

        public byte[] Message => message;

        public bool DupFlag => dupFlag;

        public MqttQoSLevel QosLevel => qosLevel;

        public bool Retain => retain;
    }
}
