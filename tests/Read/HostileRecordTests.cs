// Goal: whoever has one unit's keys can hide nothing of the others: records that no unit makes are refused at
// the door, and those that came in before hide nothing beside them. Method: payloads with a valid structure
// and impossible values; rows with the same in the database, real HTTP.

using System.Text.Json;
using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Platform;
using Pulsegate.Read.Access;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class HostileRecordTests
{
    private const long TimeMsMax = 32_503_679_999_999;   // docs/wire-format.md, "time"
    private const long UtcMs = 1_790_000_000_000;

    [TestMethod]
    public void TimesThatNoCalendarHas_AreRefused_AndTheLastOfThemIsNot()
    {
        Assert.IsTrue(IsTaken(Event(TimeMsMax, TimeMsMax, TimeMsMax, TimeMsMax)));
        foreach (long outside in new[] { TimeMsMax + 1, long.MaxValue })
        {
            Assert.IsFalse(IsTaken(Event(outside, UtcMs, 1, 1)), $"monotonic {outside}");
            Assert.IsFalse(IsTaken(Event(1, outside, 1, 1)), $"UTC {outside}");
            Assert.IsFalse(IsTaken(Event(1, UtcMs, outside, 1)), $"anchor {outside}");
            Assert.IsFalse(IsTaken(Event(1, UtcMs, 1, outside)), $"anchor UTC {outside}");
        }

        Assert.IsFalse(IsTaken(Event(1, UtcMs, -1, 1)));
    }

    [TestMethod]
    [DataRow(0, 3, 874L, true)]
    [DataRow(255, 255, (long)int.MinValue, true)]
    [DataRow(-1, 3, 874L, false)]
    [DataRow(256, 3, 874L, false)]
    [DataRow(0, -1, 874L, false)]
    [DataRow(0, 259, 874L, false)]
    [DataRow(0, 3, 4_294_968_170L, false)]   // 874, when it is cut to 32 bits
    public void AnAlarmWithNumbersThatWouldBeCut_IsRefused(
        int condition, int priority, long value, bool isTaken)
        => Assert.AreEqual(isTaken, IsTaken(Payload(RecordKind.Alarm, 1, UtcMs, writer =>
        {
            Write(writer, PayloadKey.AlarmCondition, condition);
            Write(writer, PayloadKey.AlarmPriority, priority);
            writer.Key(PayloadKey.AlarmRaised);
            writer.WriteBool(true);
            Write(writer, PayloadKey.AlarmValue, value);
        })));

    [TestMethod]
    public void WhatAUnitNamesItself_StandsInThePlaceOfNothingThatTheFormatNames()
    {
        Action<CborWriter> counters = writer =>
        {
            RecordBody.WriteCounters(writer, 1);
            writer.WriteText("raised");
            writer.WriteInt(5);
        };
        Assert.IsFalse(IsTaken(Payload(RecordKind.Alarm, 1, UtcMs, writer =>
        {
            Write(writer, PayloadKey.AlarmCondition, 0);
            Write(writer, PayloadKey.AlarmPriority, 3);
            counters(writer);
        })), "an alarm that does not say whether it is raised");
        var decoder = new PayloadDecoder(Payload(RecordKind.Event, 1, UtcMs, writer =>
        {
            Write(writer, PayloadKey.EventCode, 1);
            counters(writer);
        }));
        Assert.IsTrue(decoder.TryDecode(out string reason), reason);
        Assert.IsFalse(decoder.Fields.ContainsKey("raised"));
    }

    [TestMethod]
    public void ARowFromBefore_HidesNothingOfOtherUnits()
    {
        using var fixture = new ReadFixture();
        fixture.Commit(
            StandingAlarmTests.Alarm("ward-1", 1, AlarmCondition.SpO2Low, AlarmPriority.High),
            StandingAlarmTests.Alarm("ward-2", 1, AlarmCondition.SpO2Low, AlarmPriority.High) with
            {
                UtcMs = long.MaxValue,
            },
            StandingAlarmTests.Alarm("ward-2", 2, AlarmCondition.PulseRateHigh, AlarmPriority.High) with
            {
                Fields = new Dictionary<string, object?> { ["condition"] = "x", ["raised"] = 5L },
            },
            Records.Vitals(3, "ward-2") with
            {
                Readings = [new DecodedReading(1, long.MaxValue, [971, 720, 123, 88, 3655], [0, 0, 0, 0, 0])],
            });
        fixture.Sql(
            "insert into device_message values ('ward-2', 'status', 0, '{\"online\":5,\"firmware\":7}', '')");
        JsonElement[] standing = [.. fixture.Get("/v1/alarms").GetProperty("items").EnumerateArray()];
        CollectionAssert.AreEqual(
            new[] { "ward-1", "ward-2" },
            standing.Select(one => one.GetProperty("alarm").GetProperty("device").GetString()).ToArray());
        Assert.AreEqual(
            JsonValueKind.Null, standing[1].GetProperty("alarm").GetProperty("utc").ValueKind);
        Assert.AreEqual(2, fixture.Get("/v1/devices").GetProperty("items").GetArrayLength());
        Assert.AreEqual(2, fixture.Get("/v1/devices/ward-2/alarms").GetProperty("items").GetArrayLength());
        JsonElement reading = fixture.Get("/v1/devices/ward-2/readings").GetProperty("items")[0];
        Assert.AreEqual(JsonValueKind.Null, reading.GetProperty("utc").ValueKind);
        Assert.AreEqual(200, fixture.Status("/v1/devices/ward-2/readings.csv"));
        Assert.AreEqual(200, fixture.Status("/fhir/Observation?device=ward-2"));
        Assert.AreEqual(200, fixture.Status("/metrics", Role.Operator));
    }

    private static byte[] Event(long monotonicMs, long utcMs, long anchorMs, long anchorUtcMs)
        => Payload(RecordKind.Event, monotonicMs, utcMs, writer =>
        {
            Write(writer, PayloadKey.EventCode, 3);
            Write(writer, PayloadKey.EventAnchorMonotonicMs, anchorMs);
            Write(writer, PayloadKey.EventAnchorUtcMs, anchorUtcMs);
        });

    private static byte[] Payload(RecordKind kind, long monotonicMs, long utcMs, Action<CborWriter> body)
    {
        var writer = new CborWriter(new byte[512], 0, 512);
        RecordHeader.WriteSealed(
            writer, "ward-1", 1, 1, 3, kind, monotonicMs, TimeQuality.Synced, utcMs, new byte[32]);
        body(writer);
        writer.CloseMap();
        Assert.IsFalse(writer.HasFailed);
        return writer.Buffer.AsSpan(writer.Start, writer.Length).ToArray();
    }

    private static void Write(CborWriter writer, int key, long value)
    {
        writer.Key(key);
        writer.WriteInt(value);
    }

    private static bool IsTaken(byte[] payload) => new PayloadDecoder(payload).TryDecode(out _);
}
