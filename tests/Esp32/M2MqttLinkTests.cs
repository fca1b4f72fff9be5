// Goal: the board's link keeps ILink's word over a library that reports on its own threads. Method: the
// board's own source over a fake client whose events the test raises.

using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Messages;
using Pulsegate.Boards.Esp32;
using Pulsegate.Platform;

namespace Pulsegate.Tests.Esp32;

[TestClass]
public sealed class M2MqttLinkTests
{
    private readonly WifiStation _wifi = new();
    private readonly CertificateSource _certificates = new();
    private readonly M2MqttLink _link;

    public M2MqttLinkTests()
    {
        _link = new M2MqttLink(
            _wifi, "broker", 8883, "unit-1", _certificates, ["pg/1/unit-1/ack", "pg/1/unit-1/cmd"], false);
        MqttClient.ConstructorFailure = null;
        MqttClient.ConnectResult = MqttReasonCode.Success;
        MqttClient.Version5Result = null;
    }

    [TestMethod]
    [DataRow(1, DisplayName = "answer of MQTT 3.1.1")]
    [DataRow(132, DisplayName = "answer of MQTT 5")]
    public void ABrokerWithoutMqtt5_IsSpokenToIn311_EachTimeAnew(int code)
    {
        MqttClient.Version5Result = (MqttReasonCode)code;
        Assert.IsTrue(_link.TryConnect("s", []));
        Assert.AreEqual(MqttProtocolVersion.Version_3_1_1, MqttClient.Newest.ProtocolVersion);
        MqttClient.Newest.Grant(MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce);
        Assert.AreEqual(LinkState.Up, _link.State);
        MqttClient.Version5Result = null;
        Assert.IsTrue(_link.TryConnect("s", []));
        Assert.AreEqual(MqttProtocolVersion.Version_5, MqttClient.Newest.ProtocolVersion);
    }

    [TestMethod]
    public void Link_IsUpOnlyAfterTheSubscriptionsAreGranted()
    {
        Assert.AreEqual(LinkState.Down, _link.State);
        Assert.IsTrue(_link.TryConnect("pg/1/unit-1/status", "gone"u8.ToArray()));
        Assert.AreEqual(LinkState.Connecting, _link.State);
        Assert.AreEqual(0, _link.TryPublish("t", [1], 1, false));
        MqttClient.Newest.Grant(MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce);
        Assert.AreEqual(LinkState.Up, _link.State);
        Assert.AreEqual("gone", MqttClient.Newest.WillMessage);
        Assert.IsTrue(MqttClient.Newest.IsWillRetained);
        Assert.IsTrue(MqttClient.Newest.IsSecure);
        Assert.AreEqual(MqttProtocolVersion.Version_5, MqttClient.Newest.ProtocolVersion);
        Assert.AreEqual(M2MqttLink.InFlightCountMax, MqttClient.Newest.Settings.InflightQueueSize);
    }

    [TestMethod]
    public void ACertificateThatTheLibraryCannotRead_IsAFailedConnection()
    {
        _certificates.Failure = new InvalidOperationException("no certificate");
        Assert.IsFalse(_link.TryConnect("s", []));
        StringAssert.Contains(_link.LastError, "no certificate");
        _certificates.Failure = null!;
        Assert.IsTrue(_link.TryConnect("s", []));
    }

    [TestMethod]
    public void RefusedSubscription_TakesTheLinkDown()
    {
        _link.TryConnect("s", []);
        MqttClient.Newest.Grant(MqttQoSLevel.AtLeastOnce, (MqttQoSLevel)0x87);
        Assert.AreEqual(LinkState.Down, _link.State);
        StringAssert.Contains(_link.LastError, "subscription");
    }

    [TestMethod]
    public void RefusedConnection_SaysItsReasonAndClosesTheClient()
    {
        MqttClient.ConnectResult = MqttReasonCode.NotAuthorized;
        Assert.IsFalse(_link.TryConnect("s", []));
        StringAssert.Contains(_link.LastError, "135");
        Assert.IsTrue(MqttClient.Newest.IsClosed);
        Assert.AreEqual(LinkState.Down, _link.State);
    }

    [TestMethod]
    public void NameThatCannotBeResolved_IsAFailedAttempt()
    {
        MqttClient.ConstructorFailure = () => throw new InvalidOperationException("no such host");
        Assert.IsFalse(_link.TryConnect("s", []));
        StringAssert.Contains(_link.LastError, "no such host");
    }

    [TestMethod]
    public void NoWifi_IsAFailedAttemptWithoutAClient()
    {
        MqttClient.Newest = null!;
        _wifi.IsThere = false;
        Assert.IsFalse(_link.TryConnect("s", []));
        StringAssert.Contains(_link.LastError, "Wi-Fi");
        Assert.IsNull(MqttClient.Newest);
    }

    [TestMethod]
    public void Completions_AreThoseOfTrackedPublishesOnly()
    {
        Up();
        int first = _link.TryPublish("a", [1], 1, false);
        Assert.AreEqual(M2MqttLink.UntrackedToken, _link.TryPublish("b", [1], 0, false));
        int second = _link.TryPublish("c", [1], 1, false);
        MqttClient.Newest.Finish((ushort)second, isPublished: true);
        MqttClient.Newest.Finish(2, isPublished: true);
        MqttClient.Newest.Finish(77, isPublished: true);
        MqttClient.Newest.Finish((ushort)first, isPublished: false);
        var completion = new LinkCompletion();
        Assert.IsTrue(_link.TryTakeCompletion(completion));
        Assert.AreEqual((second, 0), (completion.Token, completion.ReasonCode));
        Assert.IsTrue(_link.TryTakeCompletion(completion));
        Assert.AreEqual((first, M2MqttLink.GivenUpReasonCode), (completion.Token, completion.ReasonCode));
        Assert.IsFalse(_link.TryTakeCompletion(completion));
    }

    [TestMethod]
    public void FullFlight_RefusesUntilOneHasEnded()
    {
        Up();
        for (int i = 0; i < M2MqttLink.InFlightCountMax; i++)
        {
            Assert.AreNotEqual(0, _link.TryPublish("a", [1], 1, false));
        }

        Assert.AreEqual(0, _link.TryPublish("a", [1], 1, false));
        MqttClient.Newest.Finish(3, isPublished: true);
        Assert.AreEqual(0, _link.TryPublish("a", [1], 1, false));
        Assert.IsTrue(_link.TryTakeCompletion(new LinkCompletion()));
        Assert.AreNotEqual(0, _link.TryPublish("a", [1], 1, false));
    }

    [TestMethod]
    public void Messages_AreCopiedInOrderAndBounded()
    {
        Up();
        byte[] payload = [1, 2, 3];
        for (int i = 0; i < 6; i++)
        {
            payload[0] = (byte)i;
            MqttClient.Newest.Deliver("t" + i, payload);
        }

        MqttClient.Newest.Deliver("long", new byte[LinkMessage.PayloadLengthMax + 1]);
        var message = new LinkMessage();
        for (int i = 0; i < 4; i++)
        {
            Assert.IsTrue(_link.TryTakeMessage(message));
            Assert.AreEqual(
                ("t" + i, 3, (byte)i), (message.Topic, message.PayloadLength, message.Payload[0]));
        }

        Assert.IsFalse(_link.TryTakeMessage(message));
        Assert.AreEqual(3, _link.DroppedMessageCount);
    }

    [TestMethod]
    public void LostConnection_IsDownWithAReasonAndOldEventsSayNothing()
    {
        Up();
        MqttClient old = MqttClient.Newest;
        int token = _link.TryPublish("a", [1], 1, false);
        old.Lose();
        Assert.AreEqual(LinkState.Down, _link.State);
        StringAssert.Contains(_link.LastError, "lost");
        Assert.AreEqual(0, _link.TryPublish("a", [1], 1, false));
        _link.Disconnect(clean: false);
        Up();
        Assert.AreNotSame(old, MqttClient.Newest);
        Assert.IsTrue(old.IsClosed);
        old.Finish((ushort)token, isPublished: true);
        old.Deliver("late", [1]);
        Assert.IsFalse(_link.TryTakeCompletion(new LinkCompletion()));
        Assert.IsFalse(_link.TryTakeMessage(new LinkMessage()));
    }

    private void Up()
    {
        Assert.IsTrue(_link.TryConnect("s", []));
        MqttClient.Newest.Grant(MqttQoSLevel.AtLeastOnce, MqttQoSLevel.AtLeastOnce);
    }
}
