// A link that tells good certificates from bad ones, as a broker does.

using Pulsegate.Platform;
using Pulsegate.Tests.Uplink;

namespace Pulsegate.Tests.Commands;

public sealed partial class CertificateRenewalTests
{
    /// <summary>Comes up with what is good, and fails with anything else a moment later.</summary>
    private sealed class PickyLink(CertificateRenewalTests test) : ILink
    {
        public FakeLink Inner { get; } = new();

        public List<byte[]?> Used { get; } = [];

        public int TryCount { get; private set; }

        public LinkState State => Inner.State;

        public string LastError { get; private set; } = "";

        public bool TryConnect(string willTopic, byte[] willPayload)
        {
            TryCount++;
            byte[]? certificate = test._certificates.Certificate;
            byte[]? authorities = test._certificates.Authorities;
            Used.Add(certificate);
            bool isGood = (certificate is null ? test._isOldGood : certificate.SequenceEqual(Good))
                && !(authorities?.SequenceEqual(Bad) ?? false);
            LastError = isGood ? "" : "the broker says no";
            Inner.OnConnect = isGood ? FakeConnect.Accept : FakeConnect.FailLater;
            return Inner.TryConnect(willTopic, willPayload);
        }

        public void Disconnect(bool clean) => Inner.Disconnect(clean);

        public int TryPublish(string topic, byte[] payload, int qualityOfService, bool retain)
            => Inner.TryPublish(topic, payload, qualityOfService, retain);

        public bool TryTakeCompletion(LinkCompletion completion) => Inner.TryTakeCompletion(completion);

        public bool TryTakeMessage(LinkMessage message) => Inner.TryTakeMessage(message);
    }
}
