// Goal: a unit that commands reach, in virtual time. Method: the whole virtual unit with its store in memory;
// commands signed as the backend signs them.

using Pulsegate.Alarms;
using Pulsegate.Batch;
using Pulsegate.Commands;
using Pulsegate.Configuration;
using Pulsegate.Ingest.Format;
using Pulsegate.Platform;
using Pulsegate.Store;
using Pulsegate.Tests.Batch;
using Pulsegate.Virtual;
using Pulsegate.Virtual.Platform;
using Pulsegate.Virtual.Ppg;
using Pulsegate.Vitals;

namespace Pulsegate.Tests.Commands;

internal sealed class CommandFixture : IDisposable
{
    internal const string Device = TestKeys.Device;
    internal const long UtcMs = 1_790_000_000_000;
    private readonly Command _command = new();

    internal CommandFixture()
    {
        Boot();
    }

    internal CuttableStorage Storage { get; } = new();

    internal TestKeys Keys { get; } = new();

    internal CountingIndicator Indicator { get; } = new();

    internal GatewayConfiguration Configuration { get; private set; } = null!;

    internal SetClock Clock { get; private set; } = null!;

    internal VirtualUnit Unit { get; private set; } = null!;

    internal uint BootId => Unit.Store.BootId;

    /// <summary>Starts the unit anew, as after a restart or a power cut: with its flash and its configuration
    /// file.</summary>
    internal void Boot()
    {
        Unit?.Dispose();
        Clock = new SetClock();
        Configuration = new GatewayConfiguration();
        Unit = new VirtualUnit(new VirtualUnitParts(
            Device, 7, Clock, Storage, Keys, Indicator, new SyntheticPpgSource(1), Configuration));
        Unit.Start(0);
    }

    internal byte[] Sign(long number, int code, params int[] arguments)
        => CommandWriter.Write(Device, 1, TestKeys.DownKey(1), BootId, UtcMs, number, code, arguments);

    /// <summary>As the uplink does: verified, then handed on.</summary>
    internal bool Deliver(byte[] text)
        => _command.TryParse(text, text.Length, Device, Keys) && Unit.Commands.Inbox.TryPut(_command);

    internal void Steps(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Clock.MonotonicMs += Pulsegate.Gateway.StepMs;
            Unit.Step(Clock.MonotonicMs);
        }
    }

    /// <summary>Delivers a command and gives its answer; empty for none.</summary>
    internal string Run(long number, int code, params int[] arguments)
    {
        int before = Answers().Count;
        Deliver(Sign(number, code, arguments));
        Steps(1);
        return string.Join('|', Answers().Skip(before));
    }

    /// <summary>Every answer in the store, as a backend decodes it: "number text".</summary>
    internal List<string> Answers()
    {
        var answers = new List<string>();
        var verifier = new BatchVerifier(Keys);
        var record = new StoredRecord();
        for (long sequence = 0; Unit.Store.TryReadNext(sequence, record); sequence = record.Sequence)
        {
            Assert.IsTrue(
                verifier.TryVerify(Jws.ToText(record, Device), Device, null, out VerifiedRecord? verified,
                    out string reason),
                reason);
            if (verified!.Fields.TryGetValue("commandNumber", out object? number))
            {
                answers.Add($"{number} {verified.Fields["note"]}");
            }
        }

        return answers;
    }

    public void Dispose() => Unit.Dispose();

    /// <summary>A clock in the test's hands.</summary>
    internal sealed class SetClock : IClock
    {
        public long MonotonicMs { get; set; }

        public long UtcMs => CommandFixture.UtcMs + UtcOffsetMs + MonotonicMs;

        public long UtcOffsetMs { get; set; }

        public TimeQuality Quality { get; set; }
    }

    internal sealed class CountingIndicator : IIndicator
    {
        public int IdentifyCount { get; private set; }

        public void Show(Reading reading, AlarmSignal alarms, bool isConnected)
        {
        }

        public void Identify(int durationMs) => IdentifyCount++;

        public int TakePressed() => 0;
    }

    /// <summary>Flash that loses its power at the n-th write from now, and the writes after it.</summary>
    internal sealed class CuttableStorage : IStorage
    {
        private readonly MemoryStorage _inner = new();

        public int WritesLeft { get; set; } = int.MaxValue;

        public int WriteCount { get; private set; }

        /// <summary>Name of a file that is there and cannot be read; empty for none.</summary>
        public string Unreadable { get; set; } = "";

        public int CapacityBytes => _inner.CapacityBytes;

        public string[] List() => _inner.List();

        public int Length(string name) => _inner.Length(name);

        public int Read(string name, int fileOffset, byte[] buffer, int bufferOffset, int count)
            => name == Unreadable ? -1 : _inner.Read(name, fileOffset, buffer, bufferOffset, count);

        public bool TryAppend(string name, byte[] data, int offset, int count)
            => MayWrite() && _inner.TryAppend(name, data, offset, count);

        public bool TryWrite(string name, byte[] data, int offset, int count)
            => MayWrite() ? _inner.TryWrite(name, data, offset, count)
                : WritesLeft == 0 && _inner.TryWrite(name, data, offset, count / 2) && false;

        public bool TryDelete(string name) => WritesLeft > 0 && _inner.TryDelete(name);

        private bool MayWrite()
        {
            WriteCount++;
            return WritesLeft > 0 && WritesLeft-- > 0;
        }
    }
}
