// What the API answers with. The names are those of its JSON and of its document.

using System.Text.Json.Nodes;
using Pulsegate.Vitals;

namespace Pulsegate.Read.Data;

/// <summary>A device as the backend sees it.</summary>
/// <param name="Device">Its id.</param>
/// <param name="FirstReceived">When the first of its records came.</param>
/// <param name="LastReceived">When the newest came.</param>
/// <param name="Stores">Stores that it has begun.</param>
/// <param name="Records">Records that are here.</param>
/// <param name="Readings">Readings in them.</param>
/// <param name="Missing">Sequences neither here nor declared lost, with later ones here.</param>
/// <param name="Declared">Sequences that it has declared lost or thinned.</param>
/// <param name="ChainBreaks">Times that its chain of MACs was broken.</param>
/// <param name="Conflicts">Records whose name was taken.</param>
/// <param name="Online">Its birth or last will, the newest; null when it said neither.</param>
/// <param name="Firmware">Firmware version of its birth.</param>
/// <param name="Quality">Mean signal quality of its newest record of vitals, 0 to 100; null when there is
/// none.</param>
/// <param name="HealthReceived">When its newest health message came.</param>
/// <param name="Health">Counters of that message.</param>
public sealed record DeviceRow(
    string Device, DateTimeOffset FirstReceived, DateTimeOffset LastReceived, int Stores, long Records,
    long Readings, long Missing, long Declared, long ChainBreaks, long Conflicts, bool? Online,
    string? Firmware, int? Quality, DateTimeOffset? HealthReceived, JsonNode? Health);

/// <summary>A value and its doubt.</summary>
/// <param name="Value">The value; null exactly where the status says that there is none.</param>
/// <param name="Unit">Unit in UCUM.</param>
/// <param name="Status">Valid, Uncalibrated, or why there is none.</param>
public sealed record MeasurementRow(decimal? Value, string Unit, ReadingStatus Status);

/// <summary>One second of vitals.</summary>
/// <param name="Cursor">Its place; the page behind it is asked for with this.</param>
/// <param name="Device">The device.</param>
/// <param name="Epoch">Store, in hexadecimal.</param>
/// <param name="Sequence">Record in the store.</param>
/// <param name="Index">Reading in the record.</param>
/// <param name="BootId">Boot, within which monotonicMs orders.</param>
/// <param name="MonotonicMs">End of the second, ms of the boot.</param>
/// <param name="Utc">The same in UTC as well as it is known; null when it is not.</param>
/// <param name="UtcSource">device: a synchronised clock; anchor: placed by the anchor of its boot; estimate:
/// a clock that may be off by any time that the unit was without power.</param>
/// <param name="UtcUncertaintyMs">How sure the time is; null for an estimate.</param>
/// <param name="Received">When the backend took it.</param>
/// <param name="SpO2">Oxygen saturation.</param>
/// <param name="PulseRate">Pulse rate.</param>
/// <param name="PerfusionIndex">Perfusion index.</param>
/// <param name="Quality">Signal quality.</param>
/// <param name="SkinTemperature">Temperature of the skin at the probe, not that of the body's core.</param>
public sealed record ReadingRow(
    string Cursor, string Device, string Epoch, long Sequence, int Index, long BootId, long MonotonicMs,
    DateTimeOffset? Utc, string? UtcSource, long? UtcUncertaintyMs, DateTimeOffset Received,
    MeasurementRow SpO2,
    MeasurementRow PulseRate, MeasurementRow PerfusionIndex, MeasurementRow Quality,
    MeasurementRow SkinTemperature);

/// <summary>A page.</summary>
/// <param name="Items">What is on it, in order.</param>
/// <param name="Next">Cursor of the next page; null when this is the last for now.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>Sequences that are missing.</summary>
/// <param name="Epoch">Store, in hexadecimal.</param>
/// <param name="First">First.</param>
/// <param name="Last">Last.</param>
public sealed record GapRow(string Epoch, long First, long Last);

/// <summary>What a device says is gone or thinned, in a signed record.</summary>
/// <param name="Epoch">Store, in hexadecimal.</param>
/// <param name="Sequence">The record that says so.</param>
/// <param name="First">First sequence of the range.</param>
/// <param name="Last">Last.</param>
/// <param name="Readings">Readings that were in it; null when not known.</param>
/// <param name="Reason">Full, Unreadable, or decayed to summaries of 10 or 60 s.</param>
/// <param name="Received">When the backend took it.</param>
public sealed record TombstoneRow(
    string Epoch, long Sequence, long First, long Last, long? Readings, string Reason,
    DateTimeOffset Received);

/// <summary>What is not there of a device, and why.</summary>
/// <param name="Missing">Neither here nor declared: may still come.</param>
/// <param name="Declared">Declared by the device; will not come.</param>
/// <param name="Next">Cursor of the next page of declared; null when this is the last.</param>
public sealed record GapsRow(IReadOnlyList<GapRow> Missing, IReadOnlyList<TombstoneRow> Declared,
    string? Next);

/// <summary>A step in the life of an alarm.</summary>
/// <param name="Cursor">Its place; the page behind it is asked for with this.</param>
/// <param name="Device">The device.</param>
/// <param name="Epoch">Store, in hexadecimal.</param>
/// <param name="Sequence">Record in the store.</param>
/// <param name="Condition">What it is about.</param>
/// <param name="Priority">Low, Medium or High.</param>
/// <param name="Stage">What happened: Raised, Cleared, Acknowledged at the bedside, AudioPaused,
/// AudioReturned, Unattended.</param>
/// <param name="Raised">True while it is raised, false once it has cleared.</param>
/// <param name="Value">Value that decided, in its unit; null for none.</param>
/// <param name="Limit">Limit that was crossed; null for none.</param>
/// <param name="Unit">Unit of both, in UCUM; null when it concerns no vital.</param>
/// <param name="Utc">When, by the device's clock; null when not known.</param>
/// <param name="TimeQuality">Unsynced, Estimated or Synced.</param>
/// <param name="Received">When the backend took it.</param>
/// <param name="AcknowledgedBy">Token of who has seen it; null for nobody.</param>
/// <param name="Acknowledged">When he did.</param>
public sealed record AlarmRow(
    string Cursor, string Device, string Epoch, long Sequence, string Condition, string Priority,
    string Stage,
    bool Raised, decimal? Value, decimal? Limit, string? Unit, DateTimeOffset? Utc, string TimeQuality,
    DateTimeOffset Received, string? AcknowledgedBy, DateTimeOffset? Acknowledged);

/// <summary>A message as it came, and what verifying it anew says.</summary>
/// <param name="Device">The device.</param>
/// <param name="Epoch">Store, in hexadecimal.</param>
/// <param name="Sequence">Record in the store.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="KeyVersion">Version of the key that signed it.</param>
/// <param name="Received">When the backend took it.</param>
/// <param name="Jws">The message.</param>
/// <param name="Verification">verified; not verified: and why; or not checked, when the server has no
/// keyring.</param>
public sealed record RawRow(
    string Device, string Epoch, long Sequence, string Kind, int KeyVersion, DateTimeOffset Received,
    string Jws,
    string Verification);
