// What the backend of a fleet costs while it runs: processor time and memory of its parts, out of /proc. A
// part that is killed and comes back is another process: what each had used when it was last looked at is
// added up.

using System.Globalization;
using Pulsegate.Cli.Load;

namespace Pulsegate.Cli.Fleet;

/// <summary>Adds up. Look often: what a part uses between the last look and its end is not seen.</summary>
internal sealed class FleetCost(IFleetSite site)
{
    private readonly Dictionary<(string Name, int Id), double> _seconds = [];
    private readonly Dictionary<string, double> _megabytes = [];

    /// <summary>Looks at all parts.</summary>
    public void Look()
    {
        IReadOnlyList<(string Name, int ProcessId)> processes;
        try
        {
            processes = site.Processes;
        }
        catch (InvalidOperationException)
        {
            return;   // one of them is being replaced at this moment
        }

        foreach ((string name, int id) in processes)
        {
            if (id != 0 && ProcessorTime.SecondsOf(id) is > 0 and double seconds)
            {
                _seconds[(name, id)] = seconds;
                _megabytes[name] = Math.Max(
                    _megabytes.GetValueOrDefault(name), ProcessorTime.MegabytesPeakOf(id));
            }
        }
    }

    /// <summary>One line, with the units' own.</summary>
    public string Tell(IReadOnlyCollection<FleetReport> units, long unitSeconds)
    {
        double used = units.Sum(part => part.ProcessorSeconds);
        string backend = string.Join("", _megabytes.Keys.Order().Select(name => string.Create(
            CultureInfo.InvariantCulture, $"; {name} {SecondsOf(name):0} s, {_megabytes[name]:0} MB")));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"cost: units {used:0} s of processor in {units.Count} processes, "
            + $"{1000 * used / Math.Max(1, unitSeconds):0.00} ms a unit and second, "
            + $"{units.Sum(part => part.Megabytes):0} MB{backend}");
    }

    private double SecondsOf(string name)
        => _seconds.Where(one => one.Key.Name == name).Sum(one => one.Value);
}
