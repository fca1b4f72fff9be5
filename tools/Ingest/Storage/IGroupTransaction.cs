// What the common part of a commit asks an engine: a few questions, each for the whole group at once, then
// one write.

namespace Pulsegate.Ingest.Storage;

/// <summary>An open transaction of one engine. The questions come in this order.</summary>
internal interface IGroupTransaction
{
    /// <summary>The stores, each from now on changed by this transaction alone; one answer for each
    /// key.</summary>
    Dictionary<StoreKey, FoundStore> FindStores(IReadOnlyCollection<StoreKey> keys);

    /// <summary>The seals of those of the records that are there.</summary>
    Dictionary<RecordKey, RecordMacs> FindMacs(IReadOnlyCollection<RecordKey> keys);

    /// <summary>True when a record below this one was signed with a newer key version. Walks the store, so it
    /// is for the rare record with an old key only.</summary>
    bool HasNewerKeyBelow(RecordKey key, int keyVersion);

    /// <summary>Highest key version of any committed record of each device; devices without are left
    /// out.</summary>
    Dictionary<string, int> FindKeyVersions(IReadOnlyCollection<string> devices);

    /// <summary>Those of the fingerprints (hexadecimal) that are in quarantine.</summary>
    HashSet<string> FindQuarantined(IReadOnlyCollection<string> fingerprints);

    /// <summary>Rows in quarantine of each device; devices without are left out.</summary>
    Dictionary<string, long> CountQuarantine(bool isConflict);

    /// <summary>Writes everything; the caller commits.</summary>
    void Write(GroupChanges changes);
}
