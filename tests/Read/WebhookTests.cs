// Goal: a receiver hears of every alarm, at least once and signed, whatever it answers; what it never takes
// is kept. Method: a receiver of our own that refuses as told, on a port that the system chose; waits on what
// has come, never on time.

using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Pulsegate.Batch;
using Pulsegate.Provisioning;
using Pulsegate.Read;
using Pulsegate.Read.Access;
using Pulsegate.Read.Webhooks;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Read;

[TestClass]
public sealed class WebhookTests
{
    private const string Secret = "0123456789abcdef0123456789abcdef";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private readonly ReadFixture _fixture = new();

    [TestCleanup]
    public void Cleanup() => _fixture.Dispose();

    [TestMethod]
    public async Task AnAlarm_IsToldUntilItIsTaken_Signed_AndNotAgainAfterARestart()
    {
        using var receiver = new Receiver(refusals: 3);
        _fixture.Commit(Records.Vitals(1), Alarm(2));   // from before the receiver was known: not told
        ReadOptions options = _fixture.Options with { Webhooks = [receiver.Hook], FirstPauseMs = 1 };
        await using (ReadServer first = await ReadServer.StartAsync(options))
        {
            WaitForCursor();
            _fixture.Commit(Alarm(3), Records.Vitals(4), Alarm(5));
            WaitForDelivered(2);   // noted, and not only received: else it would rightly come again
        }

        _fixture.Commit(Alarm(6));
        await using (ReadServer second = await ReadServer.StartAsync(options))
        {
            WaitForDelivered(3);
        }

        string[] taken = [.. receiver.Taken.Select(one => one.Id)];
        CollectionAssert.AreEquivalent(
            new[] { 3, 5, 6 }.Select(i => $"ward-1.{Records.Epoch:x16}.{i}").ToArray(), taken);
        foreach ((string id, string signature, byte[] content) in receiver.Taken)
        {
            // As documented: t=SECONDS,v1=HMAC-SHA256(secret, SECONDS "." content) in hexadecimal.
            string time = signature[2..signature.IndexOf(',')];
            byte[] input = [.. Encoding.ASCII.GetBytes(time + "."), .. content];
            string mac = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.ASCII.GetBytes(Secret),
                input));
            Assert.AreEqual($"t={time},v1={mac}", signature);
            JsonElement alarm = JsonDocument.Parse(content).RootElement;
            Assert.AreEqual("spo2Low", alarm.GetProperty("condition").GetString());
            StringAssert.EndsWith(id, "." + alarm.GetProperty("sequence").GetInt64());
        }

        Assert.IsGreaterThanOrEqualTo(6, ReadFixture.Sql(
            _fixture.AccessFile,
            "select * from audit where token = 'webhook desk' and device = 'ward-1'").Count);
    }

    [TestMethod]
    public async Task WhatIsNeverTaken_IsDead_AndSaidToBe()
    {
        using var receiver = new Receiver(refusals: int.MaxValue);
        _fixture.Commit(Records.Vitals(1));
        await using ReadServer server = await ReadServer.StartAsync(
            _fixture.Options with { Webhooks = [receiver.Hook], FirstPauseMs = 0 });
        WaitForCursor();
        _fixture.Commit(Alarm(2));
        Assert.IsTrue(SpinWait.SpinUntil(
            () => _fixture.Get("/v1/webhooks/dead", Role.Operator).GetArrayLength() == 1, Limit));
        JsonElement dead = _fixture.Get("/v1/webhooks/dead", Role.Operator)[0];
        Assert.AreEqual(WebhookSender.AttemptCountMax, dead.GetProperty("attempts").GetInt32());
        Assert.AreEqual("answered 503", dead.GetProperty("problem").GetString());
        Assert.AreEqual(WebhookSender.AttemptCountMax, receiver.Refused);
    }

    [TestMethod]
    public async Task WhatWasDeliveredLongAgo_IsForgotten_AndNotToldAgain()
    {
        using var receiver = new Receiver(refusals: 0);
        _fixture.Commit(Records.Vitals(1));
        await using ReadServer server = await ReadServer.StartAsync(
            _fixture.Options with { Webhooks = [receiver.Hook], FirstPauseMs = 1 });
        WaitForCursor();
        _fixture.Commit(Alarm(2));
        WaitForDelivered(1);
        ReadFixture.Sql(_fixture.AccessFile, "update delivery set next_utc_ms = 1");
        _fixture.Commit(Alarm(3));
        Assert.IsTrue(SpinWait.SpinUntil(
            () => ReadFixture.Sql(
                _fixture.AccessFile, "select * from delivery where state = 'delivered' and sequence = 3")
                .Count == 1, Limit));
        Assert.IsEmpty(ReadFixture.Sql(_fixture.AccessFile, "select * from delivery where sequence = 2"));
        Assert.HasCount(2, receiver.Taken);
    }

    [TestMethod]
    public async Task ARecordThatCannotBeRead_HoldsUpNoOther_AndIsNotForgotten()
    {
        using var receiver = new Receiver(refusals: 0);
        _fixture.Commit(Records.Vitals(1));
        ReadOptions options = _fixture.Options with { Webhooks = [receiver.Hook], FirstPauseMs = 1 };
        await using (ReadServer first = await ReadServer.StartAsync(options))
        {
            WaitForCursor();
        }

        _fixture.Commit(Alarm(2), Alarm(3));
        _fixture.Sql("update record set fields = '{' where sequence = 2");
        await using ReadServer second = await ReadServer.StartAsync(options);
        WaitForDelivered(1);
        StringAssert.EndsWith(receiver.Taken.Single().Id, ".3");
        Assert.IsTrue(SpinWait.SpinUntil(
            () => ReadFixture.Sql(
                _fixture.AccessFile,
                "select * from delivery where sequence = 2 and problem = 'the record cannot be read'")
                .Count == 1, Limit));
    }

    [TestMethod]
    [DataRow("{}")]
    [DataRow("""[{"name":"a","url":"http://example.org/","secret":"0123456789abcdef0123456789abcdef"}]""")]
    [DataRow("""[{"name":"a","url":"https://u:p@example.org/","secret":"0123456789abcdef0123456789abcdef"}]""")]
    [DataRow("""[{"name":"a","url":"https://example.org/","secret":"short-secret"}]""")]
    [DataRow("""[{"name":"a\r\nb","url":"https://example.org/","secret":"0123456789abcdef0123456789abcdef"}]""")]
    [DataRow("""[null]""")]
    public void AFileThatIsNotSafe_IsRefused_WithoutItsSecret(string content)
    {
        string path = Path.Combine(_fixture.Unit.Folder, "webhooks.json");
        PrivateFile.Write(path, Encoding.UTF8.GetBytes(content));
        var e = Assert.ThrowsExactly<ReadException>(() => Webhook.Load(path));
        Assert.IsFalse(e.Message.Contains("secret\":", StringComparison.Ordinal)
            || e.Message.Contains(Secret, StringComparison.Ordinal));
    }

    private void WaitForDelivered(int count) => Assert.IsTrue(SpinWait.SpinUntil(
        () => ReadFixture.Sql(_fixture.AccessFile,
            "select * from delivery where state = 'delivered'").Count == count, Limit));

    private void WaitForCursor() => Assert.IsTrue(SpinWait.SpinUntil(
        () => ReadFixture.Sql(_fixture.AccessFile, "select * from hook").Count == 1, Limit));

    private static VerifiedRecord Alarm(long sequence) => Records.Vitals(sequence) with
    {
        Kind = RecordKind.Alarm,
        Readings = [],
        Fields = new Dictionary<string, object?>
        {
            ["condition"] = 0L, ["vital"] = 0L, ["priority"] = 3L, ["raised"] = true, ["value"] = 874L,
            ["limit"] = 900L,
        },
    };

    /// <summary>An HTTP server that refuses so many times, then takes.</summary>
    private sealed class Receiver : IDisposable
    {
        private readonly HttpListener _listener;
        private readonly Task _task;
        private int _refusals;

        internal Receiver(int refusals)
        {
            _refusals = refusals;
            (_listener, int port) = Listen();
            Hook = new Webhook("desk", $"http://127.0.0.1:{port}/alarms", Secret);
            _task = Task.Run(Serve);
        }

        internal Webhook Hook { get; }

        internal ConcurrentQueue<(string Id, string Signature, byte[] Content)> Taken { get; } = [];

        internal int Refused { get; private set; }

        public void Dispose()
        {
            _listener.Stop();
            _task.Wait(Limit);
            _listener.Close();
        }

        // HttpListener cannot be given port 0: a free one is asked for, and another when it was taken
        // meanwhile.
        private static (HttpListener Listener, int Port) Listen()
        {
            for (int attempt = 0; ; attempt++)
            {
                using var probe = new TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                int port = ((IPEndPoint)probe.LocalEndpoint).Port;
                probe.Stop();
                var listener = new HttpListener { Prefixes = { $"http://127.0.0.1:{port}/" } };
                try
                {
                    listener.Start();
                    return (listener, port);
                }
                catch (HttpListenerException) when (attempt < 20)
                {
                    listener.Close();
                }
            }
        }

        private void Serve()
        {
            try
            {
                while (true)
                {
                    Answer(_listener.GetContext());
                }
            }
            catch (Exception e)
                when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                // Stopped.
            }
        }

        private void Answer(HttpListenerContext context)
        {
            using var content = new MemoryStream();
            context.Request.InputStream.CopyTo(content);
            bool isTaken = _refusals-- <= 0;
            context.Response.StatusCode = isTaken ? 204 : 503;
            if (isTaken)
            {
                Taken.Enqueue((
                    context.Request.Headers["Pulsegate-Delivery"]!,
                    context.Request.Headers["Pulsegate-Signature"]!,
                    content.ToArray()));
            }
            else
            {
                Refused++;
            }

            context.Response.Close();
        }
    }
}
