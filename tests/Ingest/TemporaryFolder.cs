// Goal: a folder of its own for each test. Method: made at construction, removed with all that is in it.

namespace Pulsegate.Tests.Ingest;

internal sealed class TemporaryFolder : IDisposable
{
    private const string MemoryFolder = "/dev/shm";   // on every Linux, as a rule

    /// <summary>Makes one.</summary>
    /// <param name="isInMemory">True for many thousand small writes, where there is a place for them.</param>
    internal TemporaryFolder(bool isInMemory = false) => Path = isInMemory && Directory.Exists(MemoryFolder)
        ? Directory.CreateDirectory($"{MemoryFolder}/pulsegate-test-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("pulsegate-test-").FullName;

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
