// Goal: of all that a hostile broker can send down, nothing changes anything. Method: a genuine session is
// recorded, then 20 000 messages are generated from it by seed (bits flipped, cut, joined, foreign device,
// other key, up key, old epoch, old boot, replayed, reordered, swapped topics) and fed through the uplink;
// before and after must be equal.

using System.Security.Cryptography;
using System.Text;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Commands;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Renewal;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Commands;
using Pulsegate.Tests.Uplink;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class ForgedDownlinkTests
{
    private const int Seed = 20260726;
    private const int MessageCount = 20_000;
    private const long Committed = 40;
    private const string Device = TestKeys.Device;
    private static readonly string AckTopic = $"pg/1/{Device}/ack";
    private static readonly string CommandTopic = $"pg/1/{Device}/cmd";
    private static readonly byte[] Certificate = [0x30, 0x82, 0x01, 0x00, .. new byte[256]];
    private static readonly byte[] WrappedKeys =
        new DeviceKeys(1, TestKeys.UpKey(1), TestKeys.DownKey(1), TestKeys.UpKey(3))
        .Wrap(Device, new DeviceKeys(2, TestKeys.UpKey(2), TestKeys.DownKey(2), TestKeys.UpKey(3)));

    private readonly CommandFixture _unit = new();
    private readonly FakeLink _link = new();
    private readonly Random _random = new(Seed);
    private UplinkLoop _uplink = null!;
    private KeyRenewal _keys = null!;
    private CertificateRenewal _certificates = null!;
    private long _nowMs;

    [TestCleanup]
    public void Cleanup() => _unit.Dispose();

    [TestMethod]
    public void NothingForged_Replayed_Reordered_Stale_OrForeign_ChangesAnything()
    {
        byte[] commandOfLastBoot =
            _unit.Sign(900, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 700, 120);
        _unit.Boot();
        Fill(100);
        _uplink = new UplinkLoop(_link, _unit.Unit.Store, _unit.Keys, Device, _unit.BootId)
        {
            Commands = _unit.Unit.Commands.Inbox,
        };
        GiveWhatCanBeRenewed();
        List<(string Topic, byte[] Text)> genuine = GenuineSession();
        genuine.Add((CommandTopic, commandOfLastBoot));
        string before = Picture();

        for (int i = 0; i < MessageCount; i++)
        {
            (string topic, byte[] text) = Forge(genuine);
            _link.Deliver(topic, text);
            Step();
            if (i % 1000 == 0)
            {
                Assert.AreEqual(
                    before, Picture(), $"message {i} of seed {Seed}: {Encoding.Latin1.GetString(text)}");
            }
        }

        Assert.AreEqual(before, Picture(), $"seed {Seed}");
        Assert.AreEqual(0, _link.WaitingMessages, "every message was looked at");

        // And the session is still alive to the genuine thing.
        _link.Deliver(AckTopic, Ack(Committed + 1, _unit.Unit.Store.Epoch, 99_000));
        _link.Deliver(CommandTopic, _unit.Sign(2_000, CommandCode.Identify));
        Step();
        Assert.AreNotEqual(before, Picture());
        Assert.AreEqual(Committed + 1, _uplink.Committed);
        Assert.AreEqual(2, _unit.Indicator.IdentifyCount);
        _link.Deliver(CommandTopic, Command(
            Device, TestKeys.DownKey(1), _unit.BootId, 2_001, CommandCode.RenewCertificate, [21_000]));
        _unit.Unit.Commands.Step(_nowMs);
        _uplink.Step(_nowMs);
        _unit.Unit.Commands.Step(_nowMs);
        Assert.IsTrue(
            _certificates.IsReconnectDue || _certificates.IsProofDue, "a genuine one would have been kept");
    }

    private void GiveWhatCanBeRenewed()
    {
        _keys = new KeyRenewal(
            _unit.Storage, new HmacSignerMaker(), Device,
            new KeySet(1, TestKeys.UpKey(1), TestKeys.DownKey(1), TestKeys.UpKey(3)), 0, null);
        _certificates = new CertificateRenewal(_unit.Storage, 1, 20_000);
        _unit.Unit.Commands.Keys = _uplink.Keys = _keys;
        _unit.Unit.Commands.Certificates = _uplink.Certificates = _certificates;
    }

    private List<(string Topic, byte[] Text)> GenuineSession()
    {
        var sent = new List<(string, byte[])>();
        for (int i = 0; i < 1000 && _uplink.State != LinkState.Up; i++)
        {
            Step();
        }

        for (long sequence = 1; sequence <= Committed; sequence++)
        {
            sent.Add((AckTopic, Ack(sequence, _unit.Unit.Store.Epoch, 50_000 + sequence)));
        }

        sent.Add((CommandTopic, _unit.Sign(1_000, CommandCode.Identify)));
        sent.Add(
            (CommandTopic, _unit.Sign(1_001, CommandCode.SetAlarmLimit, AlarmCondition.SpO2Low, 880, 15)));
        sent.Add((CommandTopic, _unit.Sign(1_002, CommandCode.SetCommitInterval, 30)));
        foreach ((string topic, byte[] text) in sent)
        {
            _link.Deliver(topic, text);
            Step();
        }

        Assert.AreEqual(Committed, _uplink.Committed);
        Assert.AreEqual(1, _unit.Indicator.IdentifyCount);
        Assert.AreEqual(880, _unit.Configuration.Alarms.LimitOf(AlarmCondition.SpO2Low));
        return sent;
    }

    private (string Topic, byte[] Text) Forge(List<(string Topic, byte[] Text)> genuine)
    {
        (string topic, byte[] text) = genuine[_random.Next(genuine.Count)];
        byte[] other = genuine[_random.Next(genuine.Count)].Text;
        long number = _random.NextInt64(1_003, long.MaxValue / 2);
        int[] limit = [AlarmCondition.SpO2Low, _random.Next(700, 990), 60];
        byte[] randomKey = RandomKey();
        long epoch = _unit.Unit.Store.Epoch;
        int code = _random.Next(1, CommandCode.Last + 1);
        int[] arguments = code switch
        {
            CommandCode.SetAlarmLimit => limit,
            CommandCode.SetCommitInterval => [60],
            CommandCode.RotateKeys => [2],
            CommandCode.RenewCertificate => [21_000],
            _ => [],
        };
        return _random.Next(14) switch
        {
            0 => (topic, text),                                            // replayed, in any order
            1 => (topic, Flip(text)),
            2 => (topic, text[.._random.Next(text.Length)]),
            3 => (topic, [.. text, .. other[_random.Next(other.Length)..]]),
            4 => (topic, Splice(text, other)),
            5 => (topic == AckTopic ? CommandTopic : AckTopic, text),      // on the other's topic
            6 => (CommandTopic, Command(Device, randomKey, _unit.BootId, number, code, arguments)),
            7 => (CommandTopic, Command(Device, TestKeys.UpKey(1), _unit.BootId, number, code, arguments)),
            8 => (CommandTopic,
                Command("pg-0002", TestKeys.DownKey(1), _unit.BootId, number, code, arguments)),
            9 => (CommandTopic, Command(
                Device, TestKeys.DownKey(1), _unit.BootId + (uint)_random.Next(1, 1000), number, code,
                arguments)),
            10 => (CommandTopic, Command(
                Device, TestKeys.DownKey(1), _unit.BootId, _random.NextInt64(1, 1_003), code, arguments)),
            11 => (AckTopic, Ack(_random.NextInt64(1, 100), epoch + _random.Next(1, 1000), 99_000)),
            12 => (AckTopic, AcknowledgementWriter.Write(
                Device, 1, _random.Next(2) == 0 ? randomKey : TestKeys.UpKey(1), (ulong)epoch, 100, [], 9,
                99_000)),
            _ => (topic, Garbage()),
        };
    }

    private static byte[] Ack(long cumulative, long epoch, long utcMs) => AcknowledgementWriter.Write(
        Device, 1, TestKeys.DownKey(1), (ulong)epoch, cumulative, [], 3, utcMs);

    private static byte[] Command(
        string device, byte[] key, uint bootId, long number, int code, int[] arguments)
        => CommandWriter.Write(
            device, 1, key, bootId, CommandFixture.UtcMs, number,
            new CommandOrder(code, arguments, ContentFor(code)));

    private static byte[]? ContentFor(int code)
        => code == CommandCode.RotateKeys ? WrappedKeys : code > CommandCode.RotateKeys ? Certificate : null;

    private byte[] Flip(byte[] text)
    {
        var flipped = (byte[])text.Clone();
        for (int i = _random.Next(1, 4); i > 0; i--)
        {
            flipped[_random.Next(text.Length)] ^= (byte)(1 << _random.Next(8));
        }

        return flipped.AsSpan().SequenceEqual(text) ? text[1..] : flipped;
    }

    // Header of one, payload of another, MAC of either.
    private byte[] Splice(byte[] text, byte[] other)
    {
        string[] mine = Encoding.ASCII.GetString(text).Split('.');
        string[] others = Encoding.ASCII.GetString(other).Split('.');
        string mac = _random.Next(2) == 0 ? mine[2] : others[2];
        return Encoding.ASCII.GetBytes($"{mine[0]}.{others[1]}.{mac}");
    }

    private byte[] Garbage()
    {
        var bytes = new byte[_random.Next(0, LinkMessage.PayloadLengthMax + 1)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private byte[] RandomKey()
    {
        var key = new byte[32];
        _random.NextBytes(key);
        return key;
    }

    private void Fill(int count)
    {
        SegmentStore store = _unit.Unit.Store;
        while (store.LastSequence < count)
        {
            CborWriter writer = store.Begin(RecordKind.Event, store.BootId, 0, TimeQuality.Unsynced, 0);
            RecordBody.WriteNote(writer, EventCode.StoreNote, "n");
            Assert.IsTrue(store.TryCommit(0));
        }
    }

    private void Step()
    {
        _nowMs += 10;
        _uplink.Step(_nowMs);
        _unit.Unit.Commands.Step(_nowMs);
    }

    // Everything that a message from the backend can move.
    private string Picture()
    {
        SegmentStore store = _unit.Unit.Store;
        AlarmLimits alarms = _unit.Configuration.Alarms;
        string limits = string.Join(
            ' ', Enumerable.Range(0, AlarmCondition.Count)
                .Select(i => $"{alarms.LimitOf(i)}/{alarms.DelayMsOf(i)}"));
        return $"released {_uplink.Released} committed {_uplink.Committed} accepted {_uplink.AckAccepted} "
            + $"utc {_uplink.LastAckUtcMs} last {store.LastSequence} stored {Hash(store)} "
            + $"commands {_unit.Unit.Commands.Answered} shown {_unit.Indicator.IdentifyCount} limits "
            + $"{limits} "
            + $"commit {_unit.Configuration.CommitIntervalSeconds} restart "
            + $"{_unit.Unit.Commands.IsRestartDue} "
            + $"keys {_keys.KeyVersion} certificate {_certificates.EndDay} {_certificates.IsReconnectDue} "
            + $"writes {_unit.Storage.WriteCount}";
    }

    private static string Hash(SegmentStore store)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var record = new StoredRecord();
        for (long sequence = 0; store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            hash.AppendData(record.Mac);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }
}
