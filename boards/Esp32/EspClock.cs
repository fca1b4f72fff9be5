// The board's clocks. Monotonic time is the runtime's tick count. UTC is our own: an offset to the tick count
// that nothing but a plausible network time may move, because the system clock is set by SNTP, which anybody
// on the network can forge.
//
// There is no "SNTP has answered" in the library. So the system clock is first set one minute behind the
// floor: when it later jumps ahead of where it should be, something has set it. A time behind the floor (the
// later of build date and last persisted UTC) is refused and set back; TLS would else accept certificates
// that have expired.

using Pulsegate.Platform;

namespace Pulsegate.Boards.Esp32;

/// <summary>Monotonic and UTC time. Step it from one thread; any thread may read.</summary>
public sealed class EspClock : IClock
{
    /// <summary>How far behind the floor the system clock starts, so that a synchronisation shows as a jump,
    /// ms.</summary>
    public const int StartBehindMs = 60000;

    /// <summary>A system clock this far from where it was expected has been set, ms. Larger than any drift
    /// between two steps.</summary>
    public const int JumpMsMin = 5000;

    /// <summary>Time between two durable notes of UTC, ms: what a power cut can cost of the floor.</summary>
    public const int PersistMs = 3600000;

    /// <summary>File of the last known UTC; two, written in turn, because a write is not atomic.</summary>
    private const string FileEven = "utc0", FileOdd = "utc1";
    private const int RecordLength = 16;

    private readonly IStorage _storage;
    private readonly byte[] _record = new byte[RecordLength];
    private readonly long _floorMs;
    private long _utcOffsetMs;
    private long _systemOffsetMs;
    private long _persistAtMs;
    private bool _isOdd;
    private TimeQuality _quality = TimeQuality.Estimated;

    /// <summary>The clocks, with UTC estimated from the floor.</summary>
    /// <param name="storage">Where the last known UTC is kept.</param>
    /// <param name="buildUtcMs">UTC of the build, ms since 1970: no later time can have been before
    /// it.</param>
    public EspClock(IStorage storage, long buildUtcMs)
    {
        _storage = storage;
        long even = ReadPersisted(FileEven);
        long odd = ReadPersisted(FileOdd);
        _isOdd = even > odd;
        _floorMs = Later(buildUtcMs, Later(even, odd));
        _utcOffsetMs = _floorMs - MonotonicMs;
        SetSystemClock(_floorMs - StartBehindMs);
    }

    /// <inheritdoc/>
    public long MonotonicMs => SystemClock.TickMs;

    /// <inheritdoc/>
    public long UtcMs => _utcOffsetMs + MonotonicMs;

    /// <inheritdoc/>
    public TimeQuality Quality => _quality;

    /// <summary>Looks whether the system clock has been set, and keeps UTC durably now and then. Call about
    /// once a second; blocks for the flash once an hour.</summary>
    public void Step()
    {
        long tickMs = MonotonicMs;
        long systemMs = SystemClock.UtcMs;
        long jumpMs = systemMs - tickMs - _systemOffsetMs;
        if (jumpMs > JumpMsMin || jumpMs < -JumpMsMin)
        {
            if (systemMs < _floorMs)
            {
                SetSystemClock(UtcMs - StartBehindMs);
                return;
            }

            _quality = TimeQuality.Synced;
        }

        // Small corrections of a synchronised clock are followed; an unsynchronised system clock means
        // nothing.
        _systemOffsetMs = systemMs - tickMs;
        if (_quality == TimeQuality.Synced)
        {
            _utcOffsetMs = _systemOffsetMs;
            Persist(tickMs);
        }
    }

    private static long Later(long a, long b) => a > b ? a : b;

    private void SetSystemClock(long utcMs)
    {
        SystemClock.Set(utcMs);
        _systemOffsetMs = utcMs - MonotonicMs;
    }

    private void Persist(long tickMs)
    {
        if (tickMs < _persistAtMs)
        {
            return;
        }

        _persistAtMs = tickMs + PersistMs;
        long utcMs = UtcMs;
        for (int i = 0; i < 8; i++)
        {
            byte part = (byte)(utcMs >> (8 * i));
            _record[i] = part;
            _record[8 + i] = (byte)~part;
        }

        // A failed write costs part of the floor at the next start, nothing else.
        if (_storage.TryWrite(_isOdd ? FileOdd : FileEven, _record, 0, RecordLength))
        {
            _isOdd = !_isOdd;
        }
    }

    // The second half repeats the first, inverted: a torn or empty file reads as 0.
    private long ReadPersisted(string name)
    {
        if (_storage.Read(name, 0, _record, 0, RecordLength) != RecordLength)
        {
            return 0;
        }

        long utcMs = 0;
        for (int i = 0; i < 8; i++)
        {
            if ((byte)~_record[8 + i] != _record[i])
            {
                return 0;
            }

            utcMs |= (long)_record[i] << (8 * i);
        }

        return utcMs;
    }
}
