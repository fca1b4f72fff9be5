// The JSON files of station, unit and ingest, written with changes by seed and read as the product reads
// them.

using System.Text;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Format;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Trust;

/// <summary>Each gives a step: write a changed file, read it, check what came out.</summary>
internal static class FuzzedFiles
{
    /// <summary>A unit's identity.json.</summary>
    internal static Action<Random> Identity(string path)
    {
        new DeviceIdentity(
            "pg-0001", 2, TestKeys.UpKey(2), TestKeys.DownKey(2), 77, 1, TestKeys.UpKey(1), TestKeys.UpKey(3),
            21_000,
            TestKeys.PrivateKey, TestKeys.PrivateKey).Save(path);
        return ChangeAndRead(path, () =>
        {
            try
            {
                DeviceIdentity identity = DeviceIdentity.Load(path);
                Assert.IsTrue(identity.UpKey.Length == 32 && identity.DownKey.Length == 32);
            }
            catch (ProvisioningException e)
            {
                Assert.IsFalse(e.Message.Contains('\n'));
            }
        });
    }

    /// <summary>The ingest's keyring.json.</summary>
    internal static Action<Random> Keyring(string path) => Keyring(path, "up", TestKeys.UpKey(1));

    /// <summary>The same where units sign with ES256.</summary>
    internal static Action<Random> KeyringOfPairs(string path)
        => Keyring(path, "publicKey", TestKeys.PublicKeyInfo());

    private static Action<Random> Keyring(string path, string name, byte[] upKey)
    {
        string down = Convert.ToBase64String(TestKeys.DownKey(1));
        PrivateFile.Write(path, Encoding.UTF8.GetBytes(
            "{\"format\":1,\"devices\":[{\"device\":\"pg-0001\",\"keys\":[{\"version\":1,\"" + name + "\":\""
            + Convert.ToBase64String(upKey) + "\",\"down\":\"" + down + "\"}]}]}"));
        return ChangeAndRead(path, () =>
        {
            try
            {
                KeyringFile keyring = KeyringFile.Load(path);
                Assert.IsTrue(!keyring.TryGetUpKey("pg-0001", 1, out UpKey? up) || up is not null);
            }
            catch (KeyringException e)
            {
                Assert.IsFalse(e.Message.Contains('\n'));
            }
        });
    }

    /// <summary>The ingest's settings.</summary>
    internal static Action<Random> IngestSettings(string path)
    {
        PrivateFile.Write(path, """
            {"brokerPort":8883,"caFile":"a","certificateFile":"b","keyFile":"c","keyringFile":"d",
             "databaseFile":"e","databaseBytesMax":5}
            """u8.ToArray());
        return ChangeAndRead(path, () =>
        {
            try
            {
                IngestOptions.Load(path);
            }
            catch (IngestException e)
            {
                Assert.IsFalse(e.Message.Contains('\n'));
            }
        });
    }

    private static Action<Random> ChangeAndRead(string path, Action read)
    {
        byte[] good = File.ReadAllBytes(path);
        return random =>
        {
            File.WriteAllBytes(path, Fuzz.MutateJson(random, good));
            read();
        };
    }
}
