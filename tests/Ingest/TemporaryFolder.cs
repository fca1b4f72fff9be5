// Goal: a folder of its own for each test. Method: made at construction, removed with all that is in it.

namespace Pulsegate.Tests.Ingest;

internal sealed class TemporaryFolder : IDisposable
{
    internal TemporaryFolder() => Path = Directory.CreateTempSubdirectory("pulsegate-test-").FullName;

    internal string Path { get; }

    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
