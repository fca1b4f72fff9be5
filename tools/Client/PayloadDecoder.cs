// The inside of what devices send: one CBOR map with rising integer keys (docs/wire-format.md). Every count
// is bounded before it is used; unknown keys are passed over, so that a later firmware may add some.

namespace Pulsegate.Client;

/// <summary>Decodes one payload; its properties mean something after <see cref="TryDecode"/> has returned
/// true.</summary>
internal sealed partial class PayloadDecoder(byte[] payload)
{
    private const int DeviceLengthMax = 32;
    private const int RunCountMax = 512;

    // The last ms of the year 2999, which no unit's clock can show: what is computed from times stays a date.
    private const long TimeMsMax = 32_503_679_999_999;
    private const int SmallNumberMax = 255;
    private readonly CborReader _reader = new();
    private readonly Dictionary<string, object?> _fields = [];
    private readonly ReadingsDecoder _readings = new();
    private long[] _runs = [];
    private int _keysSeen;

    public string Device { get; private set; } = "";

    public ulong Epoch { get; private set; }

    public long Sequence { get; private set; }

    public uint BootId { get; private set; }

    public RecordKind Kind { get; private set; }

    public long MonotonicMs { get; private set; }

    public int TimeQuality { get; private set; }

    public long? UtcMs { get; private set; }

    public byte[] PreviousMac { get; private set; } = [];

    public IReadOnlyList<DecodedReading> Readings { get; private set; } = [];

    public IReadOnlyList<DecodedSummary> Summaries { get; private set; } = [];

    public IReadOnlyList<(long First, long Last)> Declared { get; private set; } = [];

    public IReadOnlyDictionary<string, object?> Fields => _fields;

    public bool HasDiscontinuity => _readings.HasDiscontinuity;

    public bool TryDecode(out string reason)
    {
        reason = "payload not well formed";
        _reader.Reset(payload, 0, payload.Length);
        if (!_reader.TryReadMap(out int count))
        {
            return false;
        }

        long previousKey = -1;
        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadInt(out long key) || key <= previousKey)
            {
                return false;
            }

            previousKey = key;
            if (key == PayloadKey.Schema)
            {
                if (!_reader.TryReadInt(out long schema) || schema != PayloadKey.SchemaVersion)
                {
                    reason = "schema not known";
                    return false;
                }
            }
            else if (!TryReadValue((int)Math.Min(key, int.MaxValue)))
            {
                return false;
            }

            _keysSeen |= key <= PayloadKey.PreviousMac ? 1 << (int)key : 0;
        }

        return _reader.IsAtEnd && HasRequiredKeys() && TryFinish();
    }

    private bool HasRequiredKeys()
    {
        int required = KeyBits(
            PayloadKey.Schema, PayloadKey.Device, PayloadKey.BootId, PayloadKey.Kind, PayloadKey.MonotonicMs,
            PayloadKey.TimeQuality);
        int sealedOnly = KeyBits(PayloadKey.Epoch, PayloadKey.Sequence, PayloadKey.PreviousMac);
        bool isSealed = Kind < RecordKind.Health;
        bool knowsUtc = TimeQuality != 0;
        return (_keysSeen & required) == required
            && (_keysSeen & sealedOnly) == (isSealed ? sealedOnly : 0)
            && knowsUtc == UtcMs.HasValue;
    }

    private bool TryFinish()
    {
        switch (Kind)
        {
            case RecordKind.Vitals or RecordKind.Live:
                bool isDecoded = _readings.TryDecode(MonotonicMs, UtcMs, out List<DecodedReading> readings);
                Readings = readings;
                return isDecoded;
            case RecordKind.Summary or RecordKind.CoarseSummary:
                isDecoded = _readings.TryDecode(MonotonicMs, UtcMs, out List<DecodedSummary> summaries);
                Summaries = summaries;
                return isDecoded && summaries.TrueForAll(summary => summary.StepMs == StepMs(Kind))
                    && TryDeclare();
            case RecordKind.Tombstone:
                return TryDeclare();
            case RecordKind.Alarm:
                return Has("condition", "priority", "raised");
            case RecordKind.Event:
                return Has("event");
            default:
                return true;
        }
    }

    private static int StepMs(RecordKind kind)
        => kind == RecordKind.Summary ? SummaryEncoder.FineStepMs : SummaryEncoder.CoarseStepMs;

    // A range that makes no sense declares nothing; runs that do not fill their range make the record
    // malformed.
    private bool TryDeclare()
    {
        if (!Has("first", "last", "reason") || _fields["first"] is not long first
            || _fields["last"] is not long last)
        {
            return false;
        }

        if (first < 1 || last < first || last >= Sequence)
        {
            return true;
        }

        long[] runs = _runs.Length == 0 ? [last - first + 1] : _runs;
        if ((runs.Length & 1) == 0 || runs.Sum() != last - first + 1)
        {
            return false;
        }

        var declared = new List<(long First, long Last)>();
        for (int i = 0; i < runs.Length; i++)
        {
            if ((i & 1) == 0)
            {
                declared.Add((first, first + runs[i] - 1));
            }

            first += runs[i];
        }

        Declared = declared;
        return true;
    }

    private bool TryReadRuns()
    {
        if (!_reader.TryReadArray(out int count) || count > RunCountMax)
        {
            return false;
        }

        _runs = new long[count];
        for (int i = 0; i < count; i++)
        {
            if (!_reader.TryReadIntWithin(1, int.MaxValue, out int length))
            {
                return false;
            }

            _runs[i] = length;
        }

        return true;
    }

    private bool Has(params string[] names) => names.All(_fields.ContainsKey);

    private bool TryReadValue(int key) => key switch
    {
        PayloadKey.Device => TryReadText(DeviceLengthMax, out string device) && Keep(() => Device = device),
        PayloadKey.Epoch => _reader.TryReadUnsigned(out ulong epoch) && Keep(() => Epoch = epoch),
        PayloadKey.Sequence
            => _reader.TryReadInt(out long sequence) && sequence > 0 && Keep(() => Sequence = sequence),
        PayloadKey.BootId => _reader.TryReadUnsigned(out ulong boot) && boot <= uint.MaxValue
            && Keep(() => BootId = (uint)boot),
        PayloadKey.Kind
            => _reader.TryReadIntWithin(1, 255, out int kind) && Keep(() => Kind = (RecordKind)kind),
        PayloadKey.MonotonicMs => TryReadTime(out long ms) && Keep(() => MonotonicMs = ms),
        PayloadKey.TimeQuality
            => _reader.TryReadIntWithin(0, 2, out int quality) && Keep(() => TimeQuality = quality),
        PayloadKey.UtcMs => TryReadTime(out long utc) && Keep(() => UtcMs = utc),
        PayloadKey.PreviousMac => TryReadMac(out byte[] mac) && Keep(() => PreviousMac = mac),
        >= PayloadKey.ReadingCount and <= PayloadKey.TimeOffsets => _readings.TryRead(_reader, key),
        PayloadKey.AlarmCondition => TryReadField("condition", 0, SmallNumberMax),
        PayloadKey.AlarmVital => TryReadField("vital", 0, SmallNumberMax),
        PayloadKey.AlarmPriority => TryReadField("priority", 0, SmallNumberMax),
        PayloadKey.AlarmRaised => TryReadFlag("raised"),
        PayloadKey.AlarmValue => TryReadField("value", int.MinValue, int.MaxValue),
        PayloadKey.AlarmLimit => TryReadField("limit", int.MinValue, int.MaxValue),
        PayloadKey.AlarmStage => TryReadField("stage", 0, SmallNumberMax),
        PayloadKey.EventCode => TryReadField("event"),
        PayloadKey.EventLastSealed => TryReadField("lastSealed"),
        PayloadKey.EventFirmware => TryReadTextField("firmware"),
        PayloadKey.EventNote => TryReadTextField("note"),
        PayloadKey.EventAnchorMonotonicMs => TryReadField("anchorMonotonicMs", 0, TimeMsMax),
        PayloadKey.EventAnchorUtcMs => TryReadField("anchorUtcMs", 0, TimeMsMax),
        PayloadKey.EventLostReadings => TryReadField("lostReadings"),
        PayloadKey.EventLostAlarmChanges => TryReadField("lostAlarmChanges"),
        PayloadKey.EventCommandNumber => TryReadField("commandNumber"),
        PayloadKey.TombstoneFirst => TryReadField("first"),
        PayloadKey.TombstoneLast => TryReadField("last"),
        PayloadKey.TombstoneReadings => TryReadField("readings"),
        PayloadKey.TombstoneReason => TryReadField("reason"),
        PayloadKey.TombstoneMacBefore => TryReadMacField("macBefore"),
        PayloadKey.TombstoneMacLast => TryReadMacField("macLast"),
        PayloadKey.TombstoneRuns => TryReadRuns(),
        PayloadKey.TombstoneKind => TryReadField("kind"),
        // named by the unit: elsewhere they would stand in the place of what the format names
        PayloadKey.Counters when Kind == RecordKind.Health => TryReadCounters(),
        PayloadKey.IsOnline => TryReadFlag("online"),
        _ => _reader.TrySkip(),
    };
}
