// Goal: the limits of the broker's template hold. Method: a real mosquitto on that template, one limit broken
// at a time; openssl for what our own client would not do.

using System.Diagnostics;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Pulsegate.Mosquitto;
using Pulsegate.Provisioning;

namespace Pulsegate.Tests.Provisioning;

[TestClass]
public sealed class BrokerLimitTests
{
    private const int PacketBytesMax = 8192;   // of the template
    private const int WindowCountMax = 512;    // the same: max_inflight_messages

    [TestMethod]
    public void MoreConnectionsThanAllowed_AreClosed_AndThoseThatAreThereStay()
    {
        using var backend = new TestBackend();
        backend.Broker.Dispose();
        const int Allowed = 3;
        const int Tried = 2 * Allowed;
        using MosquittoBroker broker = MosquittoBroker.Start(
            backend.Configuration with { ConnectionCountMax = Allowed });
        var clients = new List<TestClient>();
        try
        {
            string refused = "";
            for (int i = 0; i < Tried && refused.Length == 0; i++)
            {
                backend.AddDevice($"ward-{i}");
                TestClient client = backend.Client($"ward-{i}");
                clients.Add(client);
                refused = client.Connect();
            }

            // Whoever asked whether the broker is up may still count as one connection, or have been counted
            // off twice (mosquitto 2.0.11): one more or less is the broker's way of counting.
            Assert.AreNotEqual("", refused, $"{clients.Count} connections");
            clients[^1].Dispose();
            clients.RemoveAt(clients.Count - 1);
            Assert.IsTrue(Math.Abs(clients.Count - Allowed) <= 1, $"{clients.Count} connections");
            Assert.IsFalse(clients.Exists(client => client.HasEnded));
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    // MQTT 5 tells the client the limit, and the library holds to it; 3.1.1 does not.
    [TestMethod]
    public void APacketAboveTheLimit_EndsTheConnection_OfItsSenderOnly()
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        backend.AddDevice("ward-b");
        using TestClient other = backend.Connected("ward-b");
        string folder = backend.Folder["ward-a"];
        using var sender = new MosquittoClient(new MosquittoOptions
        {
            Host = "127.0.0.1", Port = backend.Port, ClientId = "ward-a", CaFile = backend.CaFile,
            CertificateFile = Path.Combine(folder, "cert.pem"), KeyFile = Path.Combine(folder, "key.pem"),
            IsMqtt311 = true,
        });
        using var connected = new ManualResetEventSlim();
        using var ended = new ManualResetEventSlim();
        sender.Connected += _ => connected.Set();
        sender.Disconnected += _ => ended.Set();
        Assert.IsTrue(sender.Connect());
        Assert.IsTrue(connected.Wait(120_000), "connection");
        Assert.AreNotEqual(
            0, sender.TryPublish("pg/1/ward-a/vitals", new byte[PacketBytesMax + 1], 1, false));
        Assert.IsTrue(ended.Wait(120_000), "the end");
        Assert.IsFalse(other.HasEnded);
    }

    // What a client may send before it has an answer is the broker's to say (MQTT 5, 3.2.2.3.3, property 0x21
    // of CONNACK). All acknowledgements of all units go through one connection.
    [TestMethod]
    public void TheIngest_MaySendMoreThanAFewAhead()
    {
        using var backend = new TestBackend();
        using var certificate = X509Certificate2.CreateFromPemFile(
            backend.Options.CertificateFile, backend.Options.KeyFile);
        using var connection = new TcpClient("127.0.0.1", backend.Port);
        using var stream = new SslStream(connection.GetStream(), false, (_, _, _, _) => true);
        stream.AuthenticateAsClient("127.0.0.1", [certificate], checkCertificateRevocation: false);
        // CONNECT: level 5, clean start, keep-alive 60 s, no properties, no client id.
        stream.Write([0x10, 13, 0, 4, .. "MQTT"u8, 5, 2, 0, 60, 0, 0, 0]);
        byte[] head = new byte[2];
        stream.ReadExactly(head);
        byte[] answer = new byte[head[1]];
        stream.ReadExactly(answer);
        Assert.AreEqual(0x20, head[0]);
        Assert.AreEqual(0, answer[1], "accepted");
        Assert.Contains($"21{WindowCountMax:X4}", Convert.ToHexString(answer));
    }

    [TestMethod]
    [DataRow("-tls1_1", false)]
    [DataRow("-tls1_2", true)]
    [DataRow("-tls1_3", true)]
    public void OnlyTls12AndLater_AreSpoken(string version, bool isSpoken)
    {
        using var backend = new TestBackend();
        backend.AddDevice("ward-a");
        string folder = backend.Folder["ward-a"];
        var start = new ProcessStartInfo("openssl")
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (string argument in new[]
        {
            "s_client", "-connect", $"127.0.0.1:{backend.Port}", version, "-cipher", "DEFAULT:@SECLEVEL=0",
            "-CAfile", backend.CaFile, "-cert", Path.Combine(folder, "cert.pem"), "-key",
            Path.Combine(folder, "key.pem"),
        })
        {
            start.ArgumentList.Add(argument);
        }

        using Process openssl = Process.Start(start)!;
        openssl.StandardInput.Close();
        Task<string> error = openssl.StandardError.ReadToEndAsync();
        string output = openssl.StandardOutput.ReadToEnd();
        openssl.WaitForExit();
        Assert.AreEqual(isSpoken, !output.Contains("Cipher is (NONE)"), output + error.Result);
        Assert.AreEqual(!isSpoken, error.Result.Contains("alert protocol version"), output + error.Result);
    }
}
