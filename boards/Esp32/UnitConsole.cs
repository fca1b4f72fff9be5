// The unit's lines on the USB port. What is printed here leaves the port as Wire Protocol messages once a
// host has pinged the runtime in this boot, and goes nowhere before.

using System;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Platform;
using Pulsegate.Uplink;
using Pulsegate.Vitals;
using GC = nanoFramework.Runtime.Native.GC;

namespace Pulsegate.Boards.Esp32;

/// <summary>Prints what the report says. Log from any thread, the rest from the acquisition thread or before
/// it starts.</summary>
public sealed class UnitConsole
{
    private const int IdentityCapacityBytes = 32768;

    // Counting the free heap is a collection without compaction: some ms, so once a minute.
    private const int HeapMs = 60000;

    private readonly UnitReport _report;
    private readonly string[] _lines = new string[UnitReport.LineCountMax];
    private long _nextHeapMs;

    /// <summary>A console over a report.</summary>
    public UnitConsole(UnitReport report)
    {
        _report = report;
    }

    /// <summary>Says who this is and which identity files it has. Blocks for reading them.</summary>
    public void Begin(long nowMs)
    {
        Console.WriteLine(_report.Banner(nowMs));
        IStorage identity = new FileStorage(Identity.Folder, IdentityCapacityBytes);
        var signer = new HmacSigner(1, FileDigest.Key, null);
        string[] names =
        {
            Identity.IdentityName, Identity.CertificateName, Identity.KeyName, Identity.AuthorityName,
            Identity.ConfigurationName,
        };
        for (int i = 0; i < names.Length; i++)
        {
            Console.WriteLine(
                _report.File(names[i], identity.Length(names[i]), FileDigest.Of(identity, names[i], signer)));
        }
    }

    /// <summary>Says something in words, and again with each round.</summary>
    /// <param name="text">The words; null for nothing to say.</param>
    public void Log(string text)
    {
        if (text != null)
        {
            Console.WriteLine(_report.Log(text));
        }
    }

    /// <summary>Says what is due.</summary>
    public void Step(Reading reading, byte alarmPriority, UplinkLoop uplink, SelfTest test, long nowMs)
    {
        if (nowMs >= _nextHeapMs)
        {
            _nextHeapMs = nowMs + HeapMs;
            _report.FreeHeapBytes = GC.Run(false);
        }

        int count = _report.Step(reading, alarmPriority, uplink, test, nowMs, _lines);
        for (int i = 0; i < count; i++)
        {
            Console.WriteLine(_lines[i]);
        }
    }
}
