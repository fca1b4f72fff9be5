// Runs encoder, CBOR, base64url, JWS and store over a storage in memory with a fake deterministic signer, and
// prints what came out as numbers and hexadecimal lines. The same file runs on .NET (FormatVectorsTests) and
// on the real nanoCLR; the two outputs must be the same.

#nullable disable

using System;
using System.Collections;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Device;

/// <summary>Vectors of the batch and store formats, in the device subset.</summary>
public static partial class FormatVectors
{
    private const string Device = "pg-0001";

    /// <summary>Prints everything.</summary>
    public static void Run()
    {
        PrintCbor();
        var storage = new ArrayStorage();
        var signer = new FoldingSigner();
        var store = new SegmentStore(storage, signer, Device, 60);
        Print("open", store.TryOpen(0xF1234567) ? 1 : 0);
        Print("boot", store.BootId);
        Print("epoch", store.Epoch);
        var encoder = new BatchEncoder(60);
        var reading = new Reading();
        uint state = 1;
        for (int minute = 0; minute < 900; minute++)
        {
            if (minute % 20 == 19)
            {
                PrintAlarm(store, minute);
            }

            Fill(encoder, reading, minute, ref state);
            CborWriter writer = store.Begin(
                RecordKind.Vitals, store.BootId, encoder.FirstMonotonicMs, TimeQuality.Synced, 1790000000000
                    + minute);
            bool isCommitted = writer != null && encoder.Encode(writer) && store.TryCommit(encoder.Count);
            if (!isCommitted || minute % 20 == 0)
            {
                Print("commit", isCommitted ? store.LastSequence : -1);
            }

            encoder.Clear();
        }

        PrintStore(store);
        PrintKinds(store);
        Print("released", store.Release(store.LastSequence - 20, new long[1], new long[1], 0));
        storage.Flip("d00000002.pg", 3000);
        storage.Flip(storage.Newest(), 3000);
        Print("flush", store.TryFlush() ? 1 : 0);
        store = new SegmentStore(storage, signer, Device, 60);
        Print("open", store.TryOpen(0xF1234567) ? 1 : 0);
        Print("boot", store.BootId);
        PrintStore(store);
        storage.Print();
    }

    private static void PrintCbor()
    {
        var writer = new CborWriter(new byte[256], 0, 256);
        long value = 1;
        for (int i = 0; i < 20; i++)
        {
            writer.WriteInt(value);
            writer.WriteInt(-value);
            value *= 9;
        }

        writer.WriteUnsigned(0xFFFFFFFFFFFFFFFF);
        Console.WriteLine("cbor " + Hex(writer.Buffer, 0, writer.Length));
        var reader = new CborReader();
        reader.Reset(writer.Buffer, 0, writer.Length);
        int count = 0;
        while (reader.TryReadInt(out long read))
        {
            Print("int", read);
            count++;
        }

        Print("ints", count);
        var text = new byte[400];
        int end = Base64Url.Encode(writer.Buffer, 0, 61, text, 0);
        Console.WriteLine("base64url " + Hex(text, 0, end));
        var decoded = new byte[400];
        Print("decoded", Base64Url.Decode(text, 0, end, decoded, 0));
        Console.WriteLine("bytes " + Hex(decoded, 0, 61));
    }

    private static void PrintAlarm(SegmentStore store, int minute)
    {
        CborWriter writer =
            store.Begin(RecordKind.Alarm, store.BootId, 60000L * minute, TimeQuality.Unsynced, 0);
        RecordBody.WriteAlarm(writer, minute % 8, Vital.SpO2, 2, true, true, 850 + (minute % 50), true, 880);
        Print("alarm", store.TryCommit(0) ? store.LastSequence : -1);
    }

    // Records of each kind: whether every kind that thinning and giving up make is there.
    private static void PrintKinds(SegmentStore store)
    {
        var counts = new int[8];
        var record = new StoredRecord();
        long after = 0;
        while (store.TryReadNext(after, record))
        {
            after = record.Sequence;
            counts[(int)record.Kind]++;
        }

        for (int kind = 1; kind < counts.Length; kind++)
        {
            Print("kind " + kind.ToString(), counts[kind]);
        }
    }

    private static void PrintStore(SegmentStore store)
    {
        Print("decayed", store.DecayedReadings);
        Print("stored", store.StoredReadings);
        Print("dropped", store.DroppedReadings);
        Print("last", store.LastSequence);
        Print("segments", store.SegmentCount);
        Print("used", store.UsedBytes);
        Print("corrupt", store.CorruptRecordCount);
        var record = new StoredRecord();
        long after = 0;
        int count = 0;
        while (store.TryReadNext(after, record))
        {
            after = record.Sequence;
            count++;
            if (count % 25 == 1)
            {
                byte[] text = Jws.ToText(record, Device);
                Console.WriteLine("jws " + record.Sequence.ToString() + " " + Hex(text, 0, text.Length));
            }
        }

        Print("read", count);
    }

    // Numbers of a linear congruence, so that both sides make the same; every third minute has absences and a
    // late second.
    private static void Fill(BatchEncoder encoder, Reading reading, int minute, ref uint state)
    {
        for (int second = 0; second < 60; second++)
        {
            reading.MonotonicMs =
                1000 + (60000L * minute) + (1000 * second) + (minute % 3 == 1 && second > 30 ? 17 : 0);
            reading.AfterDiscontinuity = minute % 3 == 2 && second > 40 && second < 44;
            for (int vital = 0; vital < Vital.Count; vital++)
            {
                state = (state * 1664525) + 1013904223;
                int noise = (int)(state >> 28) + (int)((state >> 24) & 15) - 15;
                reading.Set(vital, 900 + (vital * 100) + noise, ReadingStatus.Valid);
                if (minute % 3 == 2 && (state & 0xF00) == 0)
                {
                    reading.SetAbsent(vital, ReadingStatus.Motion);
                }
            }

            encoder.Add(reading);
        }
    }

    private static void Print(string name, long value) => Console.WriteLine(name + " " + value.ToString());

    internal static string Hex(byte[] bytes, int start, int end)
    {
        var characters = new char[2 * (end - start)];
        for (int i = start; i < end; i++)
        {
            int high = bytes[i] >> 4;
            int low = bytes[i] & 15;
            characters[2 * (i - start)] = (char)(high < 10 ? '0' + high : 'a' + high - 10);
            characters[(2 * (i - start)) + 1] = (char)(low < 10 ? '0' + low : 'a' + low - 10);
        }

        return new string(characters);
    }
}
