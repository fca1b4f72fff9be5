// Goal: nobody speaks to the queue without TLS and a certificate, and a node that is not the right one is
// told nothing and costs only time. Method: the same real node; a file of the authority that is changed under
// a forwarder's feet, as a renewal does.

using System.Collections.Concurrent;
using System.Text;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Pulsegate.Ingest;
using Pulsegate.Ingest.Queue;
using Pulsegate.Provisioning;
using Pulsegate.Tests.Provisioning;
using RabbitMQ.Client;

namespace Pulsegate.Tests.Ingest;

public sealed partial class QueueSourceTests
{
    [TestMethod]
    [TestCategory("Slow")]
    public void ANode_TakesNobodyWithoutTls_NorWithoutACertificateOfItsAuthority()
    {
        IngestOptions options = Queue.Ingest(_backend);
        var files = new QueueCertificates(options.CaFile, options.CertificateFile, options.KeyFile);
        using Station other = Station.Create(_backend.Folder["other"]);
        other.NewBackend("ingest", _backend.Folder["other-ingest"]);

        Assert.AreEqual("['amqp/ssl',clustering]", Queue.Listeners().Trim());
        int port = int.Parse(Queue.Addresses.Split(':')[^1]);
        string answer = Encoding.Latin1.GetString(TestQueue.AnswerToPlainAmqp(port));
        Assert.IsFalse(answer.Contains("AMQP") || answer.Contains("PLAIN"), answer);
        Assert.AreEqual("", Connect(files, Queue.Addresses));
        Assert.AreNotEqual("", Connect(QueueCertificates.None, $"amqp://127.0.0.1:{port}"));
        StringAssert.Contains(
            Connect(files with { CertificateFile = "", KeyFile = "" }, Queue.Addresses), "(certificateFile)");
        QueueCertificates foreign = files with
        {
            CertificateFile = _backend.Folder["other-ingest/cert.pem"],
            KeyFile = _backend.Folder["other-ingest/key.pem"],
        };
        StringAssert.Contains(Connect(foreign, Queue.Addresses), "(certificateFile)");
    }

    [TestMethod]
    [TestCategory("Slow")]
    public void ANodeOfAnotherAuthority_IsOneLine_NothingIsLost_AndARenewedFileCounts()
    {
        IngestOptions options = Queue.Forwarder(_backend);
        var problems = new ConcurrentQueue<string>();
        using var device = new TestDevice(_backend, _backend.AddDevice("ward-a"));
        using Forwarder forwarder = Forwarder.Start(options, problems.Enqueue);
        device.Send("vitals", device.Seal(1));
        TestBackend.WaitFor(() => forwarder.GetStatistics().Confirmed == 1);

        string right = _backend.Folder["right.pem"];
        File.Copy(options.CaFile, right);
        using Station other = Station.Create(_backend.Folder["other"]);
        File.Move(_backend.Folder["other/ca.pem"], options.CaFile, overwrite: true);
        Queue.CloseConnections();
        TestBackend.WaitFor(() => problems.Any(line => line.Contains("not of the authority")));
        string problem = problems.Single(line => line.Contains("not of the authority"));
        Assert.AreEqual(
            $"queue {Queue.Addresses}: 127.0.0.1: its certificate is not of the authority in "
            + options.CaFile, problem);
        for (int sequence = 2; sequence <= 4; sequence++)
        {
            device.Send("vitals", device.Seal(sequence));
        }

        TestBackend.WaitFor(() => forwarder.GetStatistics() is { Received: 4, Waiting: 3 });
        Assert.IsFalse(forwarder.GetStatistics().IsQueueConnected);

        File.Move(right, options.CaFile, overwrite: true);
        TestBackend.WaitFor(() => forwarder.GetStatistics().Confirmed == 4);
        using IngestService ingest = IngestService.Start(Queue.Ingest(_backend));
        Assert.AreEqual(4, device.WaitForAck(4).Cumulative, "the device has sent nothing twice");
        Assert.AreEqual(4, _backend.Scalar("select count(*) from record"));
        Assert.AreEqual(0, _backend.Scalar("select count(*) from incident"));
    }

    // Empty when it is let in; otherwise why not.
    private static string Connect(QueueCertificates files, string nodes)
    {
        using var limit = new CancellationTokenSource(EndLimit);
        QueueAddress address = Queue.AddressAs(nodes, files);
        return Task.Run(async () =>
        {
            try
            {
                await using IConnection connection = await address.Connect("test", limit.Token);
                return "";
            }
            catch (Exception e) when (!limit.IsCancellationRequested)
            {
                return e.Message;
            }
        }).GetAwaiter().GetResult();
    }
}
