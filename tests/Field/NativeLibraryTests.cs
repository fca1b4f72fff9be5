// Goal: a program whose libraries were made for another firmware is known before it is written. Method:
// entries laid out byte by byte as nanoCLR_Debugging.h has them, images of .pe headers made here, and the
// checksums that the public sources carried on 2026-07-24: System.Net's main branch 6DFA71D6, the
// interpreter's 8EFB9944.

using System.Buffers.Binary;
using System.Text;
using Pulsegate.Field.Flash;
using Pulsegate.Field.Port;
using Pulsegate.Field.Wire;

namespace Pulsegate.Tests.Field;

[TestClass]
public class NativeLibraryTests
{
    private static readonly NativeLibrary[] Firmware =
    [
        new("mscorlib", 0x1549C856, "100.5.0.27"), new("System.Net", 0x6DFA71D6, "100.2.0.12"),
        new("System.Device.I2c", 0xFA806D33, "100.2.0.2"),
    ];

    [TestMethod]
    public void ImageOfTheSameAge_Fits()
        => Assert.IsNull(NativeLibrary.FindMisfit(
            Firmware,
            [Pe("", 0x1549C856), Pe("System.Net", 0x6DFA71D6), Pe("Pulsegate.Firmware", 0)]));

    [TestMethod]
    [DataRow("System.Net", 0x8EFB9944u,
        "System.Net needs native code 8EFB9944, the firmware has 6DFA71D6 (100.2.0.12)")]
    [DataRow("System.Net", 0u, "System.Net needs native code 00000000")]
    [DataRow("System.Device.Wifi", 0xEE721CDAu, "no native code for System.Device.Wifi EE721CDA")]
    [DataRow("", 0x12345678u, "no native code for the base library 12345678")]
    public void LibraryOfAnotherAge_IsNamed_WithBothSides(string name, uint checksum, string expected)
        => StringAssert.Contains(
            NativeLibrary.FindMisfit(Firmware, [Pe("System.Device.I2c", 0xFA806D33), Pe(name, checksum)]),
            expected);

    [TestMethod]
    public void Entry_IsThatOfTheRuntime()
    {
        byte[] entry = Firmware[1].ToEntry();
        Assert.HasCount(4 + (4 * 2) + 128, entry);
        CollectionAssert.AreEqual(
            new byte[] { 0xD6, 0x71, 0xFA, 0x6D, 100, 0, 2, 0, 0, 0, 12, 0 }, entry[..12]);
        Assert.AreEqual("System.Net", Encoding.ASCII.GetString(entry[12..]).TrimEnd('\0'));
    }

    [TestMethod]
    [DataRow(new byte[] { })]
    [DataRow(new byte[] { 7 })]
    [DataRow(new byte[] { 0, 0, 0, 0 })]
    [DataRow(new byte[] { 0, 1, 0, 0 })]
    [DataRow(new byte[] { 255, 255, 255, 255 })]
    [DataRow(new byte[] { 1, 0, 0, 0 })]      // and the list is four bytes long
    public void AnswerThatCannotBe_IsNoFirmwareWithoutLibraries(byte[] answer)
    {
        using SerialPort board = SerialPort.CreatePseudoTerminal();
        using SerialPort keeper = SerialPort.Keep(board.Path);
        using WireSession session = WireSession.Open(board.Path);
        using var stop = new CancellationTokenSource();
        Task answering = Task.Run(() => AnswerAll(board, answer, stop.Token));
        IOException refused = Assert.ThrowsExactly<IOException>(
            () => NativeLibrary.AskAll(session, TimeSpan.FromSeconds(60), _ => { }));
        stop.Cancel();
        answering.Wait();
        StringAssert.Contains(refused.Message, "the unit did not ");
    }

    private static void AnswerAll(SerialPort board, byte[] payload, CancellationToken stop)
    {
        var reader = new WireReader();
        var buffer = new byte[2048];
        ushort sequence = 0;
        while (!stop.IsCancellationRequested)
        {
            int count = board.Read(buffer, 20);
            reader.Append(buffer.AsSpan(0, count), Answer, _ => { });
        }

        void Answer(WirePacket question)
        {
            if (question.Command == WireCommand.QueryCapabilities)
            {
                board.Write(new WirePacket(
                    question.Command, ++sequence, question.Sequence,
                    WireFlags.Reply | WireFlags.NonCritical | WireFlags.Ack, payload)
                        .ToBytes(isChecked: false));
            }
        }
    }

    private static PeFile Pe(string name, uint checksum)
    {
        var bytes = new byte[124];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), checksum);
        return new PeFile(name, "1.0.0.0", bytes);
    }
}
