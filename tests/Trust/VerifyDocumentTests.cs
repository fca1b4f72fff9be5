// Goal: anybody verifies a batch with docs/verify.md alone. Method: its shell blocks are cut out and run by
// bash, on a genuine batch, on every kind of altered one, and on the ingest's own database.

using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Ingest;
using Pulsegate.Platform;
using Pulsegate.Provisioning;
using Pulsegate.Signing;
using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;
using Pulsegate.Tests.Provisioning;

namespace Pulsegate.Tests.Trust;

[TestClass]
public sealed class VerifyDocumentTests
{
    private const string Python = "/usr/bin/python3";
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Cleanup() => _folder.Dispose();

    [TestMethod]
    [DataRow(SignatureAlgorithm.HS256, "pyjwt", "verified: ward-a key version 1")]
    [DataRow(SignatureAlgorithm.ES256, "pyjwt", "verified: ward-a key version 1")]
    [DataRow(SignatureAlgorithm.HS256, "openssl", "verified")]
    [DataRow(SignatureAlgorithm.ES256, "openssl-es256", "Verified OK")]
    public void TheDocumentedCommands_TakeAGenuineBatch_AndNoAlteredOne(
        SignatureAlgorithm algorithm, string block, string expected)
    {
        RequirePython();
        using Station station = Station.Create(_folder["station"]);
        DeviceIdentity identity = station.NewDevice("ward-a", _folder["ward-a"], algorithm);
        station.ExportKeyring(_folder["keyring.json"]);
        string text = Batch(identity);
        string key = Key(algorithm);

        (int exitCode, string output) = Run(block, text, key);
        Assert.AreEqual(0, exitCode, output);
        StringAssert.StartsWith(output, expected);

        int dot = text.IndexOf('.');
        foreach (int at in new[] { dot + 5, text.Length / 2, text.Length - 10 })
        {
            string altered = text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
            (exitCode, output) = Run(block, altered, key);
            Assert.AreNotEqual(0, exitCode, $"character {at}: {output}");
            Assert.IsFalse(output.StartsWith("verified", StringComparison.OrdinalIgnoreCase), output);
        }

        (exitCode, output) = Run(block, text[..^4], key);
        Assert.AreNotEqual(0, exitCode, $"cut short: {output}");
    }

    [TestMethod]
    public void TheDocumentedQuery_FindsTheMessageAsItCame()
    {
        RequirePython();
        using var backend = new TestBackend();
        using var device = new TestDevice(backend, backend.AddDevice("ward-a"));
        using (IngestService ingest = IngestService.Start(backend.Options))
        {
            device.Send("vitals", device.Seal(1));
            Assert.AreEqual(1, device.ReceiveAck().Cumulative);
        }

        Directory.CreateDirectory(_folder["site/ingest"]);
        File.Copy(backend.DatabasePath, _folder["site/ingest/pulsegate.db"]);
        (int exitCode, string output) = Bash(Block("fetch"), "");
        Assert.AreEqual(0, exitCode, output);
        string text = File.ReadAllText(_folder["batch.jws"]).Trim();
        var verifier = new BatchVerifier(KeyringFile.Load(backend.Options.KeyringFile));
        Assert.IsTrue(verifier.TryVerify(
            Encoding.ASCII.GetBytes(text), "ward-a", "vitals", out _, out string reason), reason);
    }

    private static void RequirePython()
    {
        using Process process = Process.Start(new ProcessStartInfo(Python, ["-c", "import jwt, cryptography"])
            { RedirectStandardError = true })!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            Assert.Inconclusive("python3 with python3-jwt and python3-cryptography is not installed");
        }
    }

    // What the document says KEY is: a value out of the keyring, as it stands there.
    private string Key(SignatureAlgorithm algorithm)
    {
        using JsonDocument keyring = JsonDocument.Parse(File.ReadAllText(_folder["keyring.json"]));
        return keyring.RootElement.GetProperty("devices")[0].GetProperty("keys")[0]
            .GetProperty(algorithm == SignatureAlgorithm.ES256 ? "publicKey" : "up").GetString()!;
    }

    private static string Batch(DeviceIdentity identity)
    {
        ISigner signer = new Pulsegate.Virtual.Platform.HmacSigner(1, identity.UpKey, identity.DownKey);
        if (identity.SigningKey is { } signingKey)
        {
            signer = new Es256Signer(signer, new Es256(signingKey), 1, null);
        }

        var writer = new CborWriter(new byte[512], 0, 512);
        RecordHeader.WriteSealed(
            writer, identity.Device, 1, 1, 1, RecordKind.Event, 0, TimeQuality.Unsynced, 0, new byte[32]);
        RecordBody.WriteNote(writer, EventCode.StoreNote, "a note");
        writer.CloseMap();
        return Encoding.ASCII.GetString(Jws.Seal(writer, identity.Device, signer));
    }

    private static string Block(string mark)
        => File.ReadAllText(ProjectFile.Find("docs/verify.md")).Split($"<!-- verify: {mark} -->\n```sh\n")[1]
            .Split("```")[0]
            .Replace("python3 ", Python + " ");

    private (int ExitCode, string Output) Run(string block, string text, string key)
    {
        File.WriteAllText(_folder["batch.jws"], text + "\n");
        return Bash(Block(block), key);
    }

    private (int ExitCode, string Output) Bash(string script, string key)
    {
        var start = new ProcessStartInfo("bash", ["-c", script])
        {
            WorkingDirectory = _folder.Path, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["KEY"] = key;
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output.Length > 0 ? output : error);
    }
}
