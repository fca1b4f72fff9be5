// What `simulate` prints: progress while it runs, each failing seed with the one command that runs it again
// and what happened last, and at the end where every reading has come to and how often each fault was met.

using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Pulsegate.Virtual.Simulation;

namespace Pulsegate.Cli;

/// <summary>Takes results from many threads.</summary>
/// <param name="count">Seeds to come.</param>
/// <param name="options">What each run is, but for its seed.</param>
internal sealed partial class SimulateReport(int count, SimulationOptions options)
{
    private const int FailuresShownMax = 5;
    private const int LineLengthMax = 118;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ScreenInterval = TimeSpan.FromSeconds(0.5);
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly object _lock = new();
    private readonly SortedSet<int> _failed = [];
    private readonly SimulationCoverage _coverage = new();
    private SimulationBalance _balance = new();
    private long _shown = Stopwatch.GetTimestamp();
    private int _doneCount;
    private int _cancelledCount;
    private double _days;
    private long _boots;
    private long _records;

    /// <summary>Seeds that broke a promise.</summary>
    public int FailedCount => _failed.Count;

    /// <summary>A seed has run.</summary>
    public void Add(SimulationResult result)
    {
        lock (_lock)
        {
            _doneCount += result.IsCancelled ? 0 : 1;
            _cancelledCount += result.IsCancelled ? 1 : 0;
            _days += result.DaysPassed;
            _boots += result.Boots;
            _records += result.Records;
            _balance += result.Balance;
            _coverage.Add(result.Coverage);
            if (result.Failure is not null)
            {
                _failed.Add(result.Seed);
                ShowFailure(result);
            }

            ShowProgress();
        }
    }

    /// <summary>Prints what has come together.</summary>
    public void Summarise()
    {
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        double coreSeconds = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
        double days = Math.Max(_days, 0.001);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{_doneCount} seeds, {_days:0.0} days in {seconds:0.0} s ({coreSeconds / days:0.00} s of a "
                + $"core a day), "
            + $"{_boots} boots, {_records} records committed"));
        Console.WriteLine("readings of the seeds that passed:");
        Show("produced", _balance.Produced);
        Console.WriteLine("  =");
        Show("committed by the backend, once", _balance.Committed);
        Show("stored, not committed", _balance.Stored);
        Show("in RAM", _balance.InRam);
        Show("decayed to summaries", _balance.Decayed);
        Show("declared lost by a tombstone", _balance.DeclaredByTombstone);
        Show("declared lost by an event", _balance.DeclaredByEvent);
        Show("in RAM at a power cut, declared by the next boot", _balance.TakenFromRam);
        Show("in a wiped or unreadable store, declared by its new epoch", _balance.Abandoned);
        Show(_balance.Sum == _balance.Produced ? "sum: adds up" : "sum: DOES NOT ADD UP", _balance.Sum);
        ShowCoverage();
        if (_cancelledCount > 0)
        {
            Console.WriteLine($"{_cancelledCount} more were running and "
                + $"{count - _doneCount - _cancelledCount} had not begun");
        }

        Console.WriteLine(_failed.Count == 0
            ? $"{_doneCount} passed" : $"{_failed.Count} failed: seeds {string.Join(", ", _failed)}");
    }

    private static void Show(string what, long readings)
        => Console.WriteLine(Text($"  {readings,14:#,0}  {what}"));

    private void ShowCoverage()
    {
        string[] met = [.. Enum.GetValues<Met>().Where(fault => _coverage[fault] > 0)
            .Select(f => Text($"{Words(f)} {_coverage[f]}"))];
        var line = "met:";
        foreach (string one in met)
        {
            if (line.Length + one.Length > LineLengthMax)
            {
                Console.WriteLine(line);
                line = "    ";
            }

            line += $" {one},";
        }

        Console.WriteLine(line.TrimEnd(','));
        string[] never = [.. Enum.GetValues<Met>().Where(fault => _coverage[fault] == 0).Select(Words)];
        Console.WriteLine($"never met: {(never.Length == 0 ? "none" : string.Join(", ", never))}");
    }

    private void ShowFailure(SimulationResult result)
    {
        if (_failed.Count > FailuresShownMax)
        {
            return;
        }

        Console.WriteLine($"seed {result.Seed}: {result.Failure}");
        foreach (string line in result.Trace)
        {
            Console.WriteLine("    " + line);
        }

        string signal = options.IsSignal ? " --signal" : "";
        Console.WriteLine(Text(
            $"    again: ./pulsegate simulate --seed {result.Seed} --days {options.Days}{signal}"));
    }

    private void ShowProgress()
    {
        bool isScreen = !Console.IsErrorRedirected;
        if (Stopwatch.GetElapsedTime(_shown) < (isScreen ? ScreenInterval : LineInterval)
            && _doneCount < count)
        {
            return;
        }

        _shown = Stopwatch.GetTimestamp();
        double seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        string line =
            Text($"{_doneCount} of {count} seeds, {_days:0.0} days in {seconds:0} s, {_failed.Count} failed");
        Console.Error.Write(isScreen
            ? $"\r{line}{(_doneCount == count ? Environment.NewLine : "")}" : line + Environment.NewLine);
    }

    private static string Words(Met met)
        => Capital().Replace(met.ToString(), match => " " + match.Value.ToLowerInvariant()).Trim();

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
