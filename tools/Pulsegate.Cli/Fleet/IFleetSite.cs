namespace Pulsegate.Cli.Fleet;

/// <summary>The backend of a fleet: everything but the units. Dispose stops it.</summary>
internal interface IFleetSite : IDisposable
{
    /// <summary>Folder of the units.</summary>
    string Folder { get; }

    /// <summary>Ports on 127.0.0.1 of the brokers that units connect to.</summary>
    IReadOnlyList<int> Ports { get; }

    /// <summary>Address of the database.</summary>
    string Database { get; }

    /// <summary>What can be killed for a time; each returns when the part works again.</summary>
    IReadOnlyList<(string What, Action<TimeSpan> Kill)> Kills { get; }

    /// <summary>The processes of it, for their cost; id 0 for one that is away.</summary>
    IReadOnlyList<(string Name, int ProcessId)> Processes { get; }

    /// <summary>Ends the ingest in good order; false when it had not stored all that it had taken.</summary>
    bool StopIngest();
}
