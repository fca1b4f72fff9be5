// Goal: an onlooker who does not read costs a bounded number of events and harms nobody. Method: an answer
// whose body never takes anything.

using Microsoft.AspNetCore.Http;
using Pulsegate.Web;

namespace Pulsegate.Tests.Web;

[TestClass]
public sealed class EventStreamTests
{
    [TestMethod]
    public async Task ASlowOnlooker_IsLeft()
    {
        var stream = new EventStream();
        var context = new DefaultHttpContext { Response = { Body = new StuckStream() } };
        stream.Publish("state", 0);
        Task serving = stream.Serve(context);
        Assert.AreEqual(1, stream.SubscriberCount);
        for (int i = 1; i <= EventStream.WaitingCountMax + 2; i++)
        {
            stream.Publish("state", i);
        }

        Assert.AreEqual(0, stream.SubscriberCount);
        ((StuckStream)context.Response.Body).Give();
        await serving.WaitAsync(DemoSite.Limit);
    }

    [TestMethod]
    public async Task WhoComesLate_IsToldTheNewestOfEachName_AndNothingTwice()
    {
        var stream = new EventStream();
        stream.Publish("a", 1);
        stream.Publish("a", 2);
        stream.Publish("b", 3);
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Response = { Body = body } };
        Task serving = stream.Serve(context);
        stream.Publish("b", 3);
        stream.Close();
        await serving.WaitAsync(DemoSite.Limit);
        Assert.AreEqual(
            "event: a\ndata: 2\n\nevent: b\ndata: 3\n\n",
            System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }

    private sealed class StuckStream : MemoryStream
    {
        private readonly TaskCompletionSource _given = new();

        internal void Give() => _given.SetResult();

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
            => await _given.Task;
    }
}
