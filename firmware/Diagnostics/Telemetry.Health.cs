// The health message: every counter and what the store, the clock and the certificate say of themselves, as
// numbers under names.

using Pulsegate.Batch;
using Pulsegate.Platform;

namespace Pulsegate.Diagnostics;

public sealed partial class Telemetry
{
    private const int OtherNumberCount = 11;
    private const int DayMs = 24 * 60 * 60 * 1000;
    private const int NumberCount = Counter.Count + OtherNumberCount;

    /// <summary>The health message, when one is due; else null. Allocates and signs.</summary>
    public byte[] TakeHealth(long nowMs)
    {
        if (nowMs < _nextHealthMs && !_isHealthAsked)
        {
            return null;
        }

        _isHealthAsked = false;
        _nextHealthMs = nowMs + HealthMs;
        Begin(RecordKind.Health, nowMs);
        RecordBody.WriteCounters(_writer, NumberCount);
        for (int i = 0; i < NumberCount; i++)
        {
            RecordBody.WriteCounter(_writer, NameOf(_order[i]), NumberOf(_order[i]));
        }

        return End();
    }

    // Days since 1970; 0 when it is not known.
    private int CertificateEndDay => Certificates == null ? 0 : Certificates.EndDay;

    private bool IsCertificateEnding => CertificateEndDay > 0 && _clock.Quality != TimeQuality.Unsynced
        && CertificateEndDay - (_clock.UtcMs / DayMs) < CertificateWarningDays;

    // Numbers by index: the counters, then those of others. Names are made when they are written: as texts of
    // an array they would take a KB for good.
    private static string NameOf(int number)
    {
        switch (number)
        {
            case Counter.Count: return "stored";
            case Counter.Count + 1: return "released";
            case Counter.Count + 2: return "dropped";
            case Counter.Count + 3: return "corrupt";
            case Counter.Count + 4: return "clockOffsetMs";
            case Counter.Count + 5: return "certificateEndDay";
            case Counter.Count + 6: return "certificateEndsSoon";
            case Counter.Count + 7: return "decayed";
            case Counter.Count + 8: return "erases";
            case Counter.Count + 9: return "freeMinutes";
            case Counter.Count + 10: return "spo2AveragingSeconds";
            default: return Counter.NameOf(number);
        }
    }

    private long NumberOf(int number)
    {
        switch (number)
        {
            case Counter.Count: return _store.StoredReadings;
            case Counter.Count + 1: return _store.ReleasedReadings;
            case Counter.Count + 2: return _store.DroppedReadings;
            case Counter.Count + 3: return _store.CorruptRecordCount;
            case Counter.Count + 4: return _clockOffsetMs;
            case Counter.Count + 5: return CertificateEndDay;
            case Counter.Count + 6: return IsCertificateEnding ? 1 : 0;
            case Counter.Count + 7: return _store.DecayedReadings;
            case Counter.Count + 8: return _store.EraseCount;
            case Counter.Count + 9: return _store.FreeMinutes;
            case Counter.Count + 10: return _configuration.SpO2AveragingSeconds;
            default: return _counters.Get(number);
        }
    }

    // Deterministic CBOR wants map keys in order: shorter first, then by letter. Done once, by insertion.
    private void SortNumbers()
    {
        for (int number = 0; number < NumberCount; number++)
        {
            string name = NameOf(number);
            int at = number;
            while (at > 0 && IsBefore(name, NameOf(_order[at - 1])))
            {
                _order[at] = _order[at - 1];
                at--;
            }

            _order[at] = (byte)number;
        }
    }

    private static bool IsBefore(string left, string right)
        => left.Length != right.Length ? left.Length < right.Length : string.Compare(left, right) < 0;
}
