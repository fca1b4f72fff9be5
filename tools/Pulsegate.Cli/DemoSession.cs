// The parts of the demo, started in the order in which they need each other, and stopped in the opposite one.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Configuration;
using Pulsegate.Ingest;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Virtual.Storage;
using Pulsegate.Web;

namespace Pulsegate.Cli;

/// <summary>A running demo.</summary>
internal sealed class DemoSession : IDisposable
{
    /// <summary>Device id of the demo's unit.</summary>
    public const string Device = "bed-1";

    private const int CommitIntervalSeconds = 10;
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(20);

    private readonly LocalSite _site;
    private readonly CuttableWire _wire;
    private readonly FileStorage _storage;
    private readonly FileStorage _scratch;
    private readonly BedsideUnit _unit;
    private readonly BedsideControls _controls;
    private readonly PageServer? _page;

    /// <summary>Starts everything.</summary>
    /// <param name="folder">An empty folder that only its owner can read.</param>
    /// <param name="configuration">Settings of the unit.</param>
    /// <param name="light">What lies on its oximeter.</param>
    /// <param name="port">Port of the broker on 127.0.0.1; 0 for a free one.</param>
    /// <param name="page">Where its page is served; null for none.</param>
    public DemoSession(
        string folder, GatewayConfiguration configuration, IPpgSource light, int port, PageOptions? page)
    {
        Folder = folder;
        _site = new LocalSite(folder, Device, port);
        try
        {
            _wire = new CuttableWire(Port);
            configuration.BrokerHost = "127.0.0.1";
            configuration.BrokerPort = _wire.Port;
            configuration.CommitIntervalSeconds = CommitIntervalSeconds;
            var identity = new UnitFolder(_site.UnitPath);
            _storage = new FileStorage(PathOf("flash"));
            _scratch = new FileStorage(PathOf("board"));
            var flash = new SpoiledStorage(_storage);
            _unit = new BedsideUnit(new BedsideParts(
                Device, identity.Identity.EpochUpper, flash, _scratch, identity.Signer, light, configuration,
                () => identity.CreateLink(configuration), () => !_wire.IsCut));
            _controls = new BedsideControls(_unit, light as SyntheticPpgSource, _wire, flash);
            _page = page is null ? null : new PageServer(page, _unit, _controls, _site.DatabasePath);
        }
        catch
        {
            Dispose();
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

    /// <summary>The unit's firmware as it runs since its last start.</summary>
    public GatewayProcess Gateway => _unit.Process;

    /// <summary>False while somebody has taken the unit's power away.</summary>
    public bool HasPower => _unit.HasPower;

    /// <summary>What a browser is given to see all this; null without a page.</summary>
    public string? PageAddress => _page?.FirstAddress;

    /// <summary>The backend.</summary>
    public IngestService Ingest => _site.Ingest;

    /// <summary>A command that shows the batches as they pass, with a certificate that may read
    /// them.</summary>
    public string ReaderCommand
    {
        get
        {
            string reader = PathOf("reader");
            return $"mosquitto_sub -V mqttv5 -h 127.0.0.1 -p {Port} --cafile {reader}/ca.pem --cert "
                + $"{reader}/cert.pem "
                + $"--key {reader}/key.pem -t 'pg/1/{Device}/vitals' -v";
        }
    }

    /// <summary>Stops in good order and prints the balance.</summary>
    /// <returns>True when every reading is accounted for and the unit and the database agree.</returns>
    public bool Finish()
    {
        _page?.Dispose();
        _controls.Mend();
        bool isBrokerRunning = IsBrokerRunning;
        bool isDrained = Gateway.Stop(isBrokerRunning ? DrainLimit : TimeSpan.Zero);
        ReadingBalance balance = Gateway.Read(ReadingBalance.Of);
        BedsideBalance whole = _unit.Balance;
        Ingest.Stop(DrainLimit);
        IngestStatistics statistics = Ingest.GetStatistics();
        Console.WriteLine();
        Console.WriteLine(balance.ToString());
        if (whole.Starts > 1)
        {
            Console.WriteLine(
                $"{whole.Starts} starts: {whole.Produced} readings produced, {whole.LostWithPower} in RAM "
                + "when the power went");
        }

        Console.WriteLine(
            $"backend:  {statistics.Committed} records committed with {statistics.ReadingsCommitted} "
                + $"readings, "
            + $"{statistics.Duplicates} duplicates, {statistics.Unverifiable + statistics.Conflicts} "
            + $"quarantined");
        if (Gateway.Failure is { } failure)
        {
            Console.Error.WriteLine(
                $"pulsegate: the gateway failed: {failure.GetType().Name}: {failure.Message}");
            return false;
        }

        if (!isBrokerRunning)
        {
            Console.Error.WriteLine(
                $"pulsegate: the broker ended; its log: {PathOf("broker")} (with --keep)");
        }
        else if (!isDrained)
        {
            Console.Error.WriteLine(
                "pulsegate: the backend did not acknowledge everything in time; the rest goes with the "
                    + "demo's folder"
                + " unless --keep was given");
        }
        else if (statistics.Committed == 0)
        {
            Console.Error.WriteLine("pulsegate: stopped before the first batch was committed");
        }

        if (whole.Unaccounted(statistics.ReadingsCommitted) > 0 && _controls.SpoiledCount == 0)
        {
            Console.Error.WriteLine("pulsegate: the unit released readings that the database does not have");
            return false;
        }

        return isDrained && balance.IsBalanced && balance.InRam == 0 && statistics.Committed > 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Also when the start went no further than a part of this.
        _page?.Dispose();
        _unit?.Dispose();
        _storage?.Dispose();
        _scratch?.Dispose();
        _wire?.Dispose();
        _site.Dispose();
    }

    private string PathOf(params string[] parts) => Path.Combine([Folder, .. parts]);
}
