// Goal: what the work costs on the interpreter that the device has. Method: each piece runs often enough to
// be timed by the clock, and prints its count and its microseconds; `./pulsegate bench --device` reads them.
// An HMAC is not here: the host's nanoCLR has none in native code.

using System;
using nanoFramework.TestFramework;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Signal;
using Pulsegate.Signing;
using Pulsegate.Store;
using Pulsegate.Tests.Device;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.OnDevice;

/// <summary>Prints costs.</summary>
[TestClass]
public class CostTests
{
    private const int BlockLength = 5, BlockCount = 2000, BatchCount = 50, ReadingsPerBatch = 60,
        BlocksPerSecond = 10;
    private const int JwsCount = 20, LoopCount = 500000, LineCount = 200, SignatureCount = 5, MessageLength =
        500;

    /// <summary>Nothing, to know the interpreter by.</summary>
    [TestMethod]
    public static void Cost_OfALoop()
    {
        long began = NowMicroseconds();
        int sum = 0;
        for (int i = 0; i < LoopCount; i++)
        {
            sum += i & 7;
        }

        Print("loop", LoopCount, began);
        Assert.IsTrue(sum > 0);
    }

    /// <summary>Signal chain, a pair of samples.</summary>
    [TestMethod]
    public static void Cost_OfASamplePair()
    {
        var chain = new SignalChain();
        var red = new int[BlockLength];
        var infrared = new int[BlockLength];
        int sample = 0;
        long began = NowMicroseconds();
        for (int block = 0; block < BlockCount; block++)
        {
            for (int i = 0; i < BlockLength; i++)
            {
                // 75 beats a minute at 50 samples a second.
                int phase = sample++ % 40;
                int volume = phase < 10 ? phase * 40 : (40 - phase) * 13;
                red[i] = 118000 - (volume * 2);
                infrared[i] = 131000 - (volume * 4);
            }

            chain.Process(red, infrared, BlockLength);
            while (chain.TryTakeBeat(out _))
            {
            }

            if (block % BlocksPerSecond == 0)
            {
                chain.Update();
            }
        }

        Print("samplePair", sample, began);
        Assert.IsTrue(chain.RateDeci > 0);
    }

    /// <summary>A batch of a minute: encoding alone, then encoding, sealing and appending.</summary>
    [TestMethod]
    public static void Cost_OfABatch()
    {
        var encoder = new BatchEncoder(ReadingsPerBatch);
        Fill(encoder, 0);
        var writer = new CborWriter(new byte[4096], 0, 4096);
        long began = NowMicroseconds();
        for (int i = 0; i < BatchCount; i++)
        {
            writer.Reset();
            writer.OpenMap();
            Assert.IsTrue(encoder.Encode(writer));
        }

        Print("batch", BatchCount, began);
        var store = new SegmentStore(
            new FormatVectors.ArrayStorage(), new FormatVectors.FoldingSigner(), "pg-0001", 60);
        Assert.IsTrue(store.TryOpen(0xF1234567));
        began = NowMicroseconds();
        for (int i = 0; i < BatchCount; i++)
        {
            CborWriter record = store.Begin(
                RecordKind.Vitals, store.BootId, 60000L * i, TimeQuality.Synced, 1790000000000
                    + (60000L * i));
            Assert.IsTrue(encoder.Encode(record) && store.TryCommit(ReadingsPerBatch));
        }

        Print("append", BatchCount, began);
        var stored = new StoredRecord();
        Assert.IsTrue(store.TryReadNext(0, stored));
        began = NowMicroseconds();
        for (int i = 0; i < JwsCount; i++)
        {
            Assert.IsTrue(Jws.ToText(stored, "pg-0001").Length > 0);
        }

        Print("jws", JwsCount, began);
    }

    /// <summary>A signature with a key pair, all of it managed code.</summary>
    [TestMethod]
    public static void Cost_OfAKeyPairSignature()
    {
        var privateKey = new byte[Es256.KeyLength];
        privateKey[0] = 1;
        var key = new Es256(privateKey);
        var signature = new byte[Es256.SignatureLength];
        var message = new byte[MessageLength];
        Assert.IsTrue(key.TrySign(message, MessageLength, signature, 0));   // makes its table
        long began = NowMicroseconds();
        for (int i = 0; i < SignatureCount; i++)
        {
            message[0] = (byte)i;
            Assert.IsTrue(key.TrySign(message, MessageLength, signature, 0));
        }

        Print("es256", SignatureCount, began);
    }

    /// <summary>A line on the USB port.</summary>
    [TestMethod]
    public static void Cost_OfALine()
    {
        var line = new Pulsegate.Diagnostics.UnitLine();
        long began = NowMicroseconds();
        for (int i = 0; i < LineCount; i++)
        {
            line.Begin("vitals").Add("ms", 123456).Add("spo2Status", 0).Add("spo2", 970).Add("pulse", 720)
                .End();
        }

        Print("line", LineCount, began);
    }

    private static void Fill(BatchEncoder encoder, long beganMs)
    {
        var reading = new Reading();
        for (int second = 0; second < ReadingsPerBatch; second++)
        {
            reading.MonotonicMs = beganMs + (second * 1000);
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                reading.Set(vital, 900 + (vital * 10) + (second * 7 % 5), ReadingStatus.Valid);
            }

            encoder.Add(reading);
        }
    }

    private static long NowMicroseconds() => DateTime.UtcNow.Ticks / 10;

    private static void Print(string name, int count, long began)
        => Console.WriteLine(
            "cost " + name + " " + count.ToString() + " " + (NowMicroseconds() - began).ToString());
}
