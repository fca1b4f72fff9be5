// One life of the simulated unit: the virtual unit and its uplink as a board has them, and the eyes of the
// ledger on them.

using Iot.Device.Max3010x.Emulator;
using Pulsegate.Alarms;
using Pulsegate.Configuration;
using Pulsegate.Diagnostics;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Uplink;
using Pulsegate.Vitals;
using Pulsegate.Virtual.Platform;

namespace Pulsegate.Virtual.Simulation;

/// <summary>What outlives a life of the unit.</summary>
/// <param name="Storage">Its flash.</param>
/// <param name="Link">Its network.</param>
/// <param name="Keys">Its keys.</param>
/// <param name="Ledger">What is known of it.</param>
/// <param name="Watch">Holds the flash against it.</param>
/// <param name="Backend">Its backend.</param>
/// <param name="Configuration">Its settings.</param>
/// <param name="Light">What lies on its oximeter.</param>
/// <param name="Nurse">Who presses its buttons.</param>
/// <param name="Coverage">Counts what was met.</param>
internal sealed record SimulatedHome(
    SimulatedStorage Storage, SimulatedLink Link, SimulatedKeys Keys, Ledger Ledger, FlashWatch Watch,
    SimulatedBackend Backend, GatewayConfiguration Configuration, IPpgSource Light,
    SimulatedNurse Nurse, SimulationCoverage Coverage);

/// <summary>From power to power cut.</summary>
internal sealed class SimulatedUnit : IDisposable
{
    private readonly SimulatedHome _home;
    private readonly BatchVerifier _verifier;
    private readonly WatchedSigner _signer;
    private readonly SeededVitals? _vitals;
    private readonly StageWatch _stages;
    private readonly VirtualUnit _unit;
    private readonly bool[] _isRaised = new bool[AlarmCondition.Count];
    private readonly int _failuresAtStart;
    private long _lastReadingMs = -1;
    private long _found;
    private long _nextReadingMs;
    private bool _isOpen;

    /// <summary>Wires a unit; null vitals are chips and chain.</summary>
    public SimulatedUnit(SimulatedHome home, SimulatedClock clock, SeededVitals? vitals, uint epochUpper)
    {
        _home = home;
        Clock = clock;
        _vitals = vitals;
        _stages = new StageWatch(home.Nurse, home.Coverage);
        home.Nurse.Begin();
        _failuresAtStart = home.Storage.FailureCount;
        _verifier = new BatchVerifier(home.Keys);
        _signer = new WatchedSigner(new HmacSigner(home.Keys.Version, home.Keys.UpKey, home.Keys.DownKey));
        _unit = new VirtualUnit(new VirtualUnitParts(
            SimulatedKeys.Device, epochUpper, clock, home.Storage, _signer, home.Nurse, home.Light,
            home.Configuration, vitals));
        home.Storage.OnStored = NoteStored;
    }

    /// <summary>Its clock.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>Its uplink; null before the start.</summary>
    public UplinkLoop? Uplink { get; private set; }

    /// <summary>Cumulative sequence in the last cursor that was saved whole, in this life or
    /// before.</summary>
    public long SavedCumulative { get; set; }

    /// <summary>The unit's parts.</summary>
    public VirtualUnit Parts => _unit;

    private bool HadFailures => _home.Storage.FailureCount != _failuresAtStart;

    /// <summary>True when the store has been opened.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Starts both loops.</summary>
    public void Start()
    {
        _nextReadingMs = (Clock.MonotonicMs / Gateway.ReadingMs * Gateway.ReadingMs) + Gateway.ReadingMs;
        Watch(() => _unit.Start(Clock.MonotonicMs));
        Uplink = new UplinkLoop(_home.Link, _unit.Store, _signer, SimulatedKeys.Device, _unit.Store.BootId)
        {
            Commands = _unit.Commands.Inbox,
        };
        _unit.Telemetry.Introduce(Uplink, Clock.MonotonicMs);
    }

    /// <summary>One step of the acquisition loop, and what has to hold after it.</summary>
    public void StepAcquisition() => Watch(() => _unit.Step(Clock.MonotonicMs));

    /// <summary>One step of the uplink, and what has to hold after it.</summary>
    public void StepUplink()
    {
        long acceptedBefore = Uplink!.AckAccepted;
        _unit.Telemetry.Serve(Uplink, Clock.MonotonicMs);
        Uplink.Step(Clock.MonotonicMs);
        if (Uplink.AckAccepted != acceptedBefore)
        {
            CheckReleased();
            CheckBalance();
        }

        CheckFlash();
    }

    /// <summary>A clean stop of the acquisition.</summary>
    public void Stop() => Watch(() => _unit.Gateway.Stop(Clock.MonotonicMs));

    /// <summary>The life is over: what was in RAM goes.</summary>
    /// <param name="isCutInStep">True when the power went while something was being stored.</param>
    public void End(bool isCutInStep)
    {
        LedgerLife life = _home.Ledger.Life;
        life.MayLoseAlarms = isCutInStep;
        life.LostAlarmsAtEnd = _unit.Recorder.AlarmsInRam;
        long undeclared = _unit.Counters.Get(Counter.LostReadings) - life.DeclaredReadings;
        life.LostAtEnd = _unit.Gateway.ReadingsInRam + Math.Max(0, undeclared);
    }

    /// <inheritdoc/>
    public void Dispose() => _unit.Dispose();

    private void NoteStored(string name)
    {
        if (name.StartsWith("cursor", StringComparison.Ordinal) && Uplink is not null)
        {
            SavedCumulative = Math.Max(SavedCumulative, Uplink.Committed);
        }
    }

    // A step, seen from outside: the reading and the alarms that came out of it, and the records that it
    // sealed.
    private void Watch(Action step)
    {
        long lastBefore = _isOpen ? _unit.Store.LastSequence : 0;
        _signer.Signed.Clear();
        _signer.IsWatching = true;
        try
        {
            step();
        }
        finally
        {
            _signer.IsWatching = false;
            NoteReading();
            NoteAlarms();
            _stages.Look(
                _unit.Gateway.AlarmSignal, _unit.Gateway.Alarms.Raised, Clock.MonotonicMs, _home.Ledger.Life);
            NoteSealed(lastBefore);
        }

        Check();
    }

    private void NoteReading()
    {
        Reading reading = _unit.Gateway.Reading;
        if (reading.MonotonicMs == _lastReadingMs || reading.MonotonicMs == 0)
        {
            return;
        }

        bool isLate = reading.MonotonicMs > _nextReadingMs;
        bool isFlagged = _vitals is null ? reading.AfterDiscontinuity : _vitals.IsReadingAfterLoss;
        _lastReadingMs = reading.MonotonicMs;
        _nextReadingMs = reading.MonotonicMs + Gateway.ReadingMs;
        _home.Ledger.Life.Add(reading, isLate || isFlagged);
    }

    private void NoteAlarms()
    {
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            if (_isRaised[condition] != _unit.Gateway.Alarms.IsRaised(condition))
            {
                _isRaised[condition] = !_isRaised[condition];
                _home.Ledger.Life.AddAlarm(_lastReadingMs, condition, _isRaised[condition]);
            }
        }
    }

    // Of what was signed, the last text for each sequence up to the store's last is what was sealed; the rest
    // came to nothing, or a cut has left nobody knows what.
    private void NoteSealed(long lastBefore)
    {
        bool isOpening = !_isOpen && _unit.Store.Condition == StoreCondition.Open;
        long last = _isOpen || isOpening ? _unit.Store.LastSequence : 0;
        long first = isOpening ? _unit.Store.LastSealedBeforeBoot + 1 : lastBefore + 1;
        var certain = new SortedDictionary<long, VerifiedRecord>();
        var doubtful = new List<VerifiedRecord>();
        foreach (byte[] text in _signer.Signed)
        {
            if (!_verifier.TryVerify(text, null, null, out VerifiedRecord? record, out string reason))
            {
                throw new SimulationFailureException(
                    $"a record was sealed that cannot be verified: {reason}");
            }

            if (record!.Sequence < first)
            {
                continue;   // read back and checked, to be thinned
            }

            CheckTime(record);
            if (record.Sequence <= last)
            {
                certain[record.Sequence] = record;
            }

            doubtful.Add(record);
        }

        _home.Ledger.NoteUnconfirmed(doubtful.Where(record => !certain.ContainsKey(record.Sequence)));
        if (isOpening)
        {
            NoteOpened([.. certain.Values]);
            return;
        }

        foreach (VerifiedRecord record in certain.Values)
        {
            _home.Ledger.NoteSealed(record);
        }
    }

    // The monotonic clock orders, UTC only labels: but the label is the clock's own, with its own doubt.
    private void CheckTime(VerifiedRecord record)
    {
        // A summary has the time of the readings that it stands for.
        long? utcMs = Clock.Quality == TimeQuality.Unsynced
            ? null : Math.Max(0, Clock.UtcMs - (Clock.MonotonicMs - record.MonotonicMs));
        if (record.Summaries.Count == 0
            && (record.TimeQuality != (int)Clock.Quality || record.UtcMs != utcMs))
        {
            throw new SimulationFailureException(
                $"record {record.Sequence}: UTC {record.UtcMs} of quality {record.TimeQuality}, the clock "
                    + $"says {utcMs} of {Clock.Quality}");
        }
    }

    private void NoteOpened(IReadOnlyList<VerifiedRecord> certain)
    {
        _isOpen = true;
        _home.Storage.Quietly(() => _home.Ledger.CheckBoot(
            new OpenedStore(_unit.Store, certain, HadFailures, SavedCumulative, _home.Storage.Model.IsOff)));
        ReadingBalance balance = ReadingBalance.Of(_unit);
        _found = balance.Released + balance.Stored + balance.InRam + balance.Decayed
            + balance.Lost - balance.Produced;
    }

    private void Check()
    {
        CheckBalance();
        CheckFlash();
        bool mayRefuse = !_isOpen || HadFailures;
        int inRam = _unit.Gateway.ReadingsInRam;
        if (!mayRefuse && inRam > _home.Configuration.CommitIntervalSeconds + 1)
        {
            throw new SimulationFailureException($"{inRam} readings are in RAM, more than a commit interval");
        }
    }

    private void CheckBalance()
    {
        if (!_isOpen)
        {
            return;
        }

        ReadingBalance balance = ReadingBalance.Of(_unit) with { FoundInStore = _found };
        if (!balance.IsBalanced)
        {
            throw new SimulationFailureException(balance.ToString());
        }
    }

    private void CheckFlash()
    {
        if (_isOpen)
        {
            _home.Watch.Check(isStrict: !HadFailures);
        }
    }

    private void CheckReleased()
    {
        long accounted = _home.Backend.Stores.TryGetValue((ulong)_unit.Store.Epoch, out CommittedStore? store)
            ? store.Sequences.Cumulative : 0;
        if (Uplink!.Committed > accounted)
        {
            throw new SimulationFailureException(
                $"acknowledgement: everything up to {Uplink.Committed} is released, the backend has "
                    + $"{accounted}");
        }
    }
}
