// Goal: the whole way under faults, and the count at its end. Method: a store that seals all the while, the
// real uplink and link over TLS through a faulty wire to a real mosquitto, the real ingest behind it. The
// uplink's clock runs ten times as fast as the wall's, so that its minutes are seconds here.

using System.Diagnostics;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Storage;
using Pulsegate.Mosquitto;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Store;
using Pulsegate.Tests.Provisioning;
using Pulsegate.Uplink;
using Pulsegate.Virtual.Link;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Tests.Trust;

internal sealed class FaultSite : IDisposable
{
    internal const int Speed = 10;
    private const int SealMs = 25;
    private readonly List<Unit> _units = [];
    private IngestService? _ingest;

    internal FaultSite(int unitCount = 1, bool hasIngest = true)
    {
        SystemSqlite.Initialize();   // the ingest does it, and not every test has one in this process
        Wire = new FaultyWire(Backend.Port);
        for (int i = 0; i < unitCount; i++)
        {
            Backend.AddDevice($"ward-{i}");
        }

        if (hasIngest)
        {
            _ingest = IngestService.Start(Backend.Options);
        }

        for (int i = 0; i < unitCount; i++)
        {
            _units.Add(new Unit(this, $"ward-{i}"));
        }
    }

    internal TestBackend Backend { get; } = new();

    internal FaultyWire Wire { get; }

    internal UplinkLoop Uplink => _units[0].Uplink;

    internal MosquittoLink Link => _units[0].Link;

    /// <summary>Waits until so many more records of every unit are acknowledged.</summary>
    internal void WaitForProgress(int records = 5)
    {
        long[] before = [.. _units.Select(unit => unit.Uplink.Released)];
        WaitFor(() => _units.Index().All(u => u.Item.Uplink.Released >= before[u.Index] + records),
            "progress");
    }

    internal void WaitFor(Func<bool> condition, string what)
    {
        bool isTrue = SpinWait.SpinUntil(
            () =>
            {
                Thread.Sleep(5);
                return _units.Any(unit => unit.Failure is not null) || condition();
            },
            TimeSpan.FromMinutes(4));   // nobody waits so long unless something is wrong, or the machine busy
        Exception? failure = _units.Select(unit => unit.Failure).FirstOrDefault(f => f is not null);
        Assert.IsTrue(
            isTrue && failure is null,
            $"{what}: {failure} state {Uplink.State}, released {Uplink.Released}, {Uplink.LastError}");
    }

    /// <summary>Lets the uplink's clock run on by so many of its seconds.</summary>
    internal static void Sleep(int uplinkSeconds) => Thread.Sleep(uplinkSeconds * 1000 / Speed);

    /// <summary>Rows in the ingest's database; 0 while it cannot be read.</summary>
    internal long CommittedCount
    {
        get
        {
            try
            {
                return File.Exists(Backend.DatabasePath) ? Backend.Scalar("select count(*) from record") : 0;
            }
            catch (SqliteException)
            {
                return 0;   // being made
            }
        }
    }

    internal void StopIngest()
    {
        _ingest?.Dispose();
        _ingest = null;
    }

    /// <summary>Writes settings for an ingest as a process of its own.</summary>
    internal string SaveSettings(IngestOptions options)
    {
        string path = Backend.Folder["ingest.json"];
        var format = new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        File.WriteAllText(path, JsonSerializer.Serialize(options, format));
        return path;
    }

    internal void StartIngest() => _ingest = IngestService.Start(Backend.Options);

    /// <summary>Stops sealing, lets everything through, and holds the database against what was sealed:
    /// nothing lost, nothing twice, nothing altered.</summary>
    internal void Finish()
    {
        Wire.Fault = WireFault.None;
        foreach (Unit unit in _units)
        {
            unit.StopSealing();
        }

        WaitFor(() => _units.All(unit => unit.Uplink.IsDrained), "draining");
        _units.ForEach(unit => unit.Stop());
        StopIngest();
        foreach (Unit unit in _units)
        {
            Dictionary<long, string> stored = ReadMacs(unit.Device, out int rowCount);
            Assert.AreEqual(unit.Sealed.Count, rowCount, "rows of " + unit.Device);
            foreach ((long sequence, string mac) in unit.Sealed)
            {
                Assert.AreEqual(
                    mac, stored.GetValueOrDefault(sequence), $"record {sequence} of {unit.Device}");
            }
        }

        Assert.AreEqual(0, Backend.Scalar("select count(*) from quarantine"));
        Assert.AreEqual(0, Backend.Scalar("select sum(chain_breaks + conflict_count) from device_state"));
        Console.WriteLine(
            $"{_units.Sum(u => u.Sealed.Count)} records, {_units.Sum(u => u.Uplink.Connects)} connections of "
            + $"{_units.Sum(u => u.Uplink.ConnectAttempts)} attempts, {_units.Sum(u => u.Uplink.Resent)} "
            + $"sent again");
    }

    public void Dispose()
    {
        _units.ForEach(unit => unit.Dispose());
        StopIngest();
        Wire.Dispose();
        SqliteConnection.ClearAllPools();
        Backend.Dispose();
    }

    private Dictionary<long, string> ReadMacs(string device, out int rowCount)
    {
        using var connection = new SqliteConnection($"Data Source={Backend.DatabasePath};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "select sequence, mac from record where device = $device";
        command.Parameters.AddWithValue("$device", device);
        using SqliteDataReader reader = command.ExecuteReader();
        var macs = new Dictionary<long, string>();
        rowCount = 0;
        while (reader.Read())
        {
            rowCount++;
            macs[reader.GetInt64(0)] = Convert.ToHexString(reader.GetFieldValue<byte[]>(1));
        }

        return macs;
    }

    private sealed class Unit : IDisposable
    {
        private readonly SegmentStore _store;
        private readonly Thread _thread;
        private volatile bool _isSealing = true;
        private volatile bool _isRunning = true;

        internal Unit(FaultSite site, string device)
        {
            Device = device;
            string folder = site.Backend.Folder[device];
            var identity = DeviceIdentity.Load(Path.Combine(folder, DeviceIdentity.FileName));
            var signer = new HmacSigner(1, identity.UpKey, identity.DownKey);
            _store = new SegmentStore(new MemoryStorage(), signer, device, 60);
            Assert.IsTrue(_store.TryOpen(identity.EpochUpper));
            Link = new MosquittoLink(
                new MosquittoOptions
                {
                    Host = "127.0.0.1",
                    Port = site.Wire.Port,
                    ClientId = device,
                    CaFile = Path.Combine(folder, "ca.pem"),
                    CertificateFile = Path.Combine(folder, "cert.pem"),
                    KeyFile = Path.Combine(folder, "key.pem"),
                },
                device);
            Uplink = new UplinkLoop(Link, _store, signer, device, _store.BootId);
            Uplink.SetWill(Status(signer, false));
            Uplink.SetBirth(Status(signer, true));
            _thread = new Thread(Guarded) { IsBackground = true };
            _thread.Start();
        }

        internal string Device { get; }

        internal MosquittoLink Link { get; }

        internal UplinkLoop Uplink { get; }

        internal Exception? Failure { get; private set; }

        /// <summary>MAC of every record sealed. Whole once sealing has stopped.</summary>
        internal Dictionary<long, string> Sealed { get; } = [];

        internal void StopSealing()
        {
            _isSealing = false;
            Uplink.BeginStop();
        }

        internal void Stop()
        {
            _isRunning = false;
            _thread.Join();
        }

        public void Dispose()
        {
            Stop();
            Link.Dispose();
        }

        private byte[] Status(ISigner signer, bool isOnline)
        {
            var writer = new CborWriter(new byte[256], 0, 256);
            RecordHeader.WriteUnsequenced(
                writer, Device, _store.BootId, RecordKind.Status, 0, TimeQuality.Unsynced, 0);
            RecordBody.WriteStatus(writer, isOnline, "test");
            writer.CloseMap();
            return Jws.Seal(writer, Device, signer);
        }

        private void Guarded()
        {
            try
            {
                Run();
            }
            catch (Exception e)
            {
                Failure = e;
            }
        }

        private void Run()
        {
            var clock = Stopwatch.StartNew();
            long nextSealMs = 0;
            var record = new StoredRecord();
            while (_isRunning)
            {
                long nowMs = clock.ElapsedMilliseconds;
                if (_isSealing && nowMs >= nextSealMs)
                {
                    nextSealMs = nowMs + SealMs;
                    Seal(record);
                }

                Uplink.Step(nowMs * Speed);
                Thread.Sleep(1);
            }

            Uplink.Close(null);
        }

        private void Seal(StoredRecord record)
        {
            CborWriter writer = _store.Begin(RecordKind.Event, _store.BootId, 0, TimeQuality.Unsynced, 0);
            RecordBody.WriteNote(writer, EventCode.StoreNote, "n");
            Assert.IsTrue(_store.TryCommit(0));
            Assert.IsTrue(_store.TryRead(_store.LastSequence, record));
            Sealed.Add(record.Sequence, Convert.ToHexString(record.Mac, 0, StoredRecord.MacLength));
        }
    }
}
