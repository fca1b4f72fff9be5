// Goal: no input makes a reader of anything from outside throw what it should not, hang, or eat memory.
// Method: good inputs changed by seed, through each reader; what it accepts must keep its promises. 10 000
// inputs each; with --all 100 000; `./pulsegate test --fuzz N` any number. A finding becomes a row of its own
// test.

using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class ReaderFuzzTests
{
    private const string CountVariable = "PULSEGATE_FUZZ";
    private const int QuickCount = 10_000;
    private const int WholeCount = 100_000;
    private const int InputMsMax = 30_000;            // one input; a busy machine, not a slow reader, sets it
    private const long InputBytesMax = 1024 * 1024;  // allocated for one input
    private const string Header =
        "{\"alg\":\"HS256\",\"kid\":\"pg-0001.1\",\"typ\":\"pulsegate+jws\",\"cty\":\"application/cbor\"}";

    private const string Settings = """
        {"brokerHost":"broker.example","brokerPort":1883,"commitIntervalSeconds":10,"live":false,
         "redInfraredSwapped":true,"spo2AveragingSeconds":4,"temperatureSensor":"max30205",
         "alarms":{"spo2Low":{"limit":880,"delaySeconds":20},"perfusionLow":{"enabled":false}},
         "calibration":{"version":3,"ratioMilli":[400,1000,2000],"spo2Tenths":[1000,850,600]}}
        """;

    private readonly AcceptAnyMac _anyMac = new();
    private readonly Acknowledgement _acknowledgement = new();
    private readonly Command _command = new();

    /// <summary>Every reader, by name.</summary>
    public static IEnumerable<object[]> Readers =>
    [
        ["jws"], ["jws header"], ["jws payload"], ["acknowledgement"], ["command"], ["cbor"],
        ["configuration"],
        ["identity file"], ["keyring file"], ["keyring file, key pairs"], ["ingest settings"], ["es256 jws"],
        ["thinned"], ["wrapped keys"], ["renewed keys"], ["renewed certificates"], ["certificates"],
        ["command order"],
    ];

    [TestMethod]
    [DynamicData(nameof(Readers))]
    public void ManyInputs_NoCrash_NoHang_NoUnboundedMemory(string reader)
        => Run(reader, QuickCount, seed: 1);

    [TestMethod]
    [TestCategory("Slow")]
    [DynamicData(nameof(Readers))]
    public void AHundredThousandInputs_OrAsManyAsAskedFor(string reader)
    {
        string? asked = Environment.GetEnvironmentVariable(CountVariable);
        Run(reader, asked is null ? WholeCount : int.Parse(asked, CultureInfo.InvariantCulture), seed: 2);
    }

    private void Run(string reader, int count, int seed)
    {
        using var folder = new TemporaryFolder(isInMemory: true);
        Action<Random> next = Reader(reader, folder);
        var random = new Random(seed);
        next(random);   // what only the first use allocates and compiles
        long peakBytes = 0;
        var elapsed = Stopwatch.StartNew();
        for (int i = 0; i < count; i++)
        {
            long startMs = elapsed.ElapsedMilliseconds;
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                next(random);
            }
            catch (Exception exception)
            {
                Assert.Fail($"{reader}, input {i} of seed {seed}: {exception}");
            }

            peakBytes = Math.Max(peakBytes, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.IsLessThan(
                InputMsMax, elapsed.ElapsedMilliseconds - startMs, $"{reader}, input {i} of seed {seed}");
            Assert.IsLessThan(InputBytesMax, peakBytes, $"{reader}, input {i} of seed {seed}");
        }

        Console.WriteLine(
            $"{reader}: {count} inputs in {elapsed.Elapsed.TotalSeconds:0.0} s, {peakBytes} bytes at most");
    }

    private Action<Random> Reader(string name, TemporaryFolder folder)
    {
        byte[] batch = BatchSample.Vitals(BatchSample.Encoder(1, 60));
        byte[] payload = BatchSample.Verify(batch, "vitals").Payload;
        return name switch
        {
            "jws" => random => ReadJws(random, batch),
            "jws header" => random => ReadJwsHeader(random, payload),
            "jws payload" => ReadJwsPayload(payload),
            "acknowledgement" => ReadAcknowledgement(),
            "command" => ReadCommand(),
            "cbor" => random => ReadCbor(random, payload),
            "configuration" => ReadConfiguration,
            "identity file" => FuzzedFiles.Identity(folder["identity.json"]),
            "keyring file" => FuzzedFiles.Keyring(folder["keyring.json"]),
            "keyring file, key pairs" => FuzzedFiles.KeyringOfPairs(folder["keyring.json"]),
            "ingest settings" => FuzzedFiles.IngestSettings(folder["ingest.json"]),
            "es256 jws" => FuzzedFormats.Es256Jws(),
            "thinned" => FuzzedFormats.Thinned(Header),
            "wrapped keys" => FuzzedFormats.WrappedKeys(),
            "renewed keys" => FuzzedFormats.RenewedKeys(),
            "renewed certificates" => FuzzedFormats.RenewedCertificates(),
            "certificates" => FuzzedFormats.Certificates(),
            "command order" => FuzzedFormats.Order(folder["order.json"]),
            _ => throw new ArgumentException(name),
        };
    }

    private static void ReadJws(Random random, byte[] good)
    {
        byte[] text = Fuzz.Mutate(random, good);
        bool isGood = text.AsSpan().SequenceEqual(good);
        Assert.AreEqual(isGood, BatchSample.TryVerify(text, "vitals", out _, out _));
    }

    // The right key signs whatever the header says: what is accepted says what the one good header says.
    private static void ReadJwsHeader(Random random, byte[] payload)
    {
        byte[] header = Fuzz.MutateJson(random, Encoding.UTF8.GetBytes(Header));
        if (!BatchSample.TryVerify(
            BatchSample.Sign(Encoding.Latin1.GetString(header), payload), "vitals", out _, out _))
        {
            return;
        }

        using JsonDocument document = JsonDocument.Parse(header);
        Assert.HasCount(4, document.RootElement.EnumerateObject().ToArray());
        Assert.AreEqual("HS256", document.RootElement.GetProperty("alg").GetString());
    }

    // Rightly signed, so that the decoder behind the signature is reached.
    private static Action<Random> ReadJwsPayload(byte[] vitals)
    {
        CborWriter writer = BatchSample.Begin(RecordKind.Tombstone);
        RecordBody.WriteTombstone(writer, 4, 9, 300, TombstoneReason.Full, new byte[8], new byte[8]);
        byte[] tombstone = BatchSample.Verify(BatchSample.Seal(writer), "event").Payload;
        return random =>
        {
            bool isVitals = random.Next(2) == 0;
            byte[] text = BatchSample.Sign(Header, Fuzz.Mutate(random, isVitals ? vitals : tombstone));
            if (BatchSample.TryVerify(text, isVitals ? "vitals" : "event", out VerifiedRecord? record, out _))
            {
                Assert.AreEqual(TestKeys.Device, record!.Device);
                Assert.IsLessThanOrEqualTo(BatchEncoder.CapacityMax, record.Readings.Count);
            }
        };
    }

    private Action<Random> ReadAcknowledgement()
    {
        byte[] good = AcknowledgementWriter.Write(
            TestKeys.Device, 1, TestKeys.DownKey(1), 5, 10, [(12, 12), (14, 20)], 5, BatchSample.UtcMs);
        return random =>
        {
            byte[] text = MutatePart(random, good);
            if (_acknowledgement.TryParse(text, text.Length, TestKeys.Device, _anyMac))
            {
                Assert.IsLessThanOrEqualTo(Acknowledgement.RangeCountMax, _acknowledgement.RangeCount);
                long previous = _acknowledgement.Cumulative;
                for (int i = 0; i < _acknowledgement.RangeCount; i++)
                {
                    Assert.IsGreaterThan(previous, _acknowledgement.RangeFirst[i]);
                    Assert.IsGreaterThanOrEqualTo(
                        _acknowledgement.RangeFirst[i], _acknowledgement.RangeLast[i]);
                    previous = _acknowledgement.RangeLast[i];
                }
            }

            bool isGood = text.AsSpan().SequenceEqual(good);
            Assert.AreEqual(
                isGood, _acknowledgement.TryParse(text, text.Length, TestKeys.Device, BatchSample.Keys));
        };
    }

    private Action<Random> ReadCommand()
    {
        byte[] good = CommandWriter.Write(
            TestKeys.Device, 1, TestKeys.DownKey(1), 3, BatchSample.UtcMs, 77, CommandCode.SetAlarmLimit,
            [AlarmCondition.SpO2Low, 880, 15]);
        return random =>
        {
            byte[] text = MutatePart(random, good);
            if (_command.TryParse(text, text.Length, TestKeys.Device, _anyMac))
            {
                Assert.IsTrue(
                    _command.Number >= 1 && _command.Code is >= 1 and <= 255 && _command.Value >= -1);
            }

            bool isGood = text.AsSpan().SequenceEqual(good);
            Assert.AreEqual(isGood, _command.TryParse(text, text.Length, TestKeys.Device, BatchSample.Keys));
        };
    }

    // The text as a whole, or the payload alone with the text around it left right.
    private static byte[] MutatePart(Random random, byte[] good)
    {
        if (random.Next(4) == 0)
        {
            return Fuzz.Mutate(random, good);
        }

        string[] parts = Encoding.ASCII.GetString(good).Split('.');
        byte[] payload = System.Buffers.Text.Base64Url.DecodeFromChars(parts[1]);
        string changed = System.Buffers.Text.Base64Url.EncodeToString(Fuzz.Mutate(random, payload));
        return Encoding.ASCII.GetBytes($"{parts[0]}.{changed}.{parts[2]}");
    }

    private static void ReadCbor(Random random, byte[] good)
    {
        byte[] bytes = Fuzz.Mutate(random, good);
        var reader = new CborReader();
        reader.Reset(bytes, 0, bytes.Length);
        while (reader.TrySkip())
        {
            Assert.IsLessThanOrEqualTo(bytes.Length, reader.Position);
        }

        reader.Reset(bytes, 0, bytes.Length);
        _ = random.Next(8) switch
        {
            0 => reader.TryReadInt(out _),
            1 => reader.TryReadUnsigned(out _),
            2 => reader.TryReadBytes(out _, out _),
            3 => reader.TryReadText(out _, out _),
            4 => reader.TryReadArray(out int items) && Within(items, bytes.Length),
            5 => reader.TryReadMap(out int pairs) && Within(pairs, bytes.Length),
            6 => reader.TryReadBool(out _),
            _ => ColumnReader.TryRead(reader, new int[300], random.Next(300)),
        };
        Assert.IsLessThanOrEqualTo(bytes.Length, reader.Position);
    }

    private static bool Within(int count, int length)
    {
        Assert.IsLessThanOrEqualTo(length, count);
        return true;
    }

    private static void ReadConfiguration(Random random)
    {
        string text = Encoding.UTF8.GetString(Fuzz.MutateJson(random, Encoding.UTF8.GetBytes(Settings)));
        if (!new ConfigurationReader()
            .TryRead(text, out GatewayConfiguration configuration, out string error))
        {
            Assert.IsNull(configuration);
            StringAssert.StartsWith(error, "configuration: ");
            Assert.IsFalse(error.Contains('\n'));
            return;
        }

        Assert.AreEqual("", error);
        Assert.IsTrue(configuration.BrokerPort is >= 1 and <= 65535, text);
        Assert.IsTrue(configuration.BrokerHost.Length is >= 1 and <= 253, text);
        Assert.IsTrue(
            configuration.CommitIntervalSeconds is >= GatewayConfiguration.CommitIntervalSecondsMin
                and <= GatewayConfiguration.CommitIntervalSecondsMax, text);
        Assert.IsTrue(configuration.Alarms.IsEnabled(AlarmCondition.SpO2Low), text);
        Assert.IsTrue(configuration.Alarms.IsEnabled(AlarmCondition.NoSignal), text);
        for (int condition = 0; condition < AlarmCondition.NoSignal; condition++)
        {
            Assert.IsTrue(
                AlarmLimits.IsWithinBounds(
                    condition, configuration.Alarms.LimitOf(condition),
                    configuration.Alarms.DelayMsOf(condition) / 1000),
                text);
        }
    }

    private sealed class AcceptAnyMac : ISigner
    {
        public byte KeyVersion => 1;

        public bool TrySign(byte[] message, int length, byte[] mac, int macOffset) => true;

        public bool TrySignWith(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => true;

        public bool VerifyDown(byte keyVersion, byte[] message, int length, byte[] mac, int macOffset)
            => true;

        public bool IsEs256(byte keyVersion) => false;

        public bool TrySignEs256(
            byte keyVersion, byte[] message, int length, byte[] signature, int signatureOffset)
            => false;
    }
}
