// The parts of the demo, started in the order in which they need each other, and stopped in the opposite one.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Ingest;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Replay;

namespace Pulsegate.Cli;

/// <summary>A running demo.</summary>
internal sealed class DemoSession : IDisposable
{
    /// <summary>Device id of the demo's unit.</summary>
    public const string Device = "bed-1";

    private const int CommitIntervalSeconds = 10;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    private readonly LocalSite _site;
    private readonly MosquittoLink _link;
    private readonly FileStorage _storage;

    /// <summary>Starts everything.</summary>
    public DemoSession(string folder, GatewayConfiguration configuration, IPpgSource light, int port)
    {
        Folder = folder;
        _site = new LocalSite(folder, Device, port);
        configuration.BrokerHost = "127.0.0.1";
        configuration.BrokerPort = Port;
        configuration.CommitIntervalSeconds = CommitIntervalSeconds;
        try
        {
            var unit = new UnitFolder(_site.UnitPath);
            _link = unit.CreateLink(configuration);
            var clock = new HostClock();
            _storage = new FileStorage(PathOf("flash"));
            Gateway = new GatewayProcess(
                new VirtualUnit(new VirtualUnitParts(
                    Device, unit.Identity.EpochUpper, clock, _storage, unit.Signer,
                    new NullIndicator(), light, configuration)),
                _link, unit.Signer, Device, clock);
        }
        catch
        {
            _link?.Dispose();
            _storage?.Dispose();
            _site.Dispose();
            throw;
        }
    }

    /// <summary>Where certificates, keys, flash and database lie.</summary>
    public string Folder { get; }

    /// <summary>Port of the broker.</summary>
    public int Port => _site.Port;

    /// <summary>Process id of the broker.</summary>
    public int BrokerProcessId => _site.BrokerProcessId;

    /// <summary>False when the broker has ended by itself: nothing arrives any more.</summary>
    public bool IsBrokerRunning => _site.IsBrokerRunning;

    /// <summary>The unit.</summary>
    public GatewayProcess Gateway { get; }

    /// <summary>The backend.</summary>
    public IngestService Ingest => _site.Ingest;

    /// <summary>A command that shows the batches as they pass, with a certificate that may read
    /// them.</summary>
    public string ReaderCommand
    {
        get
        {
            string reader = PathOf("reader");
            return $"mosquitto_sub -V mqttv5 -h 127.0.0.1 -p {Port} --cafile {reader}/ca.pem --cert {reader}/cert.pem "
                + $"--key {reader}/key.pem -t 'pg/1/{Device}/vitals' -v";
        }
    }

    /// <summary>Stops in good order and prints the balance.</summary>
    /// <returns>True when every reading is accounted for and the unit and the database agree.</returns>
    public bool Finish()
    {
        bool isBrokerRunning = IsBrokerRunning;
        bool isDrained = Gateway.Stop(isBrokerRunning ? DrainLimit : TimeSpan.Zero);
        ReadingBalance balance = Gateway.Read(ReadingBalance.Of);
        long batches = Gateway.Uplink.Committed;
        Ingest.Stop(DrainLimit);
        IngestStatistics statistics = Ingest.GetStatistics();
        Console.WriteLine();
        Console.WriteLine(balance.ToString());
        Console.WriteLine(
            $"backend:  {statistics.Committed} records committed with {statistics.ReadingsCommitted} readings, "
            + $"{statistics.Duplicates} duplicates, {statistics.Unverifiable + statistics.Conflicts} quarantined");
        if (Gateway.Failure is { } failure)
        {
            Console.Error.WriteLine($"pulsegate: the gateway failed: {failure.GetType().Name}: {failure.Message}");
            return false;
        }

        if (!isBrokerRunning)
        {
            Console.Error.WriteLine($"pulsegate: the broker ended; its log: {PathOf("broker")} (with --keep)");
        }
        else if (!isDrained)
        {
            Console.Error.WriteLine(
                "pulsegate: the backend did not acknowledge everything in time; the rest goes with the demo's folder"
                + " unless --keep was given");
        }
        else if (batches == 0)
        {
            Console.Error.WriteLine("pulsegate: stopped before the first batch was committed");
        }

        if (statistics.ReadingsCommitted < balance.Released)
        {
            Console.Error.WriteLine("pulsegate: the unit released readings that the database does not have");
            return false;
        }

        return isDrained && balance.IsBalanced && balance.InRam == 0 && batches > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Gateway.Dispose();
        _link.Dispose();
        _storage.Dispose();
        _site.Dispose();
    }

    private string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);
}
