// Goal: packets are found in whatever comes over USB, and nothing that comes can hurt; method: the published
// layout written out by hand, the catalogue's check value of the CRC, and seeded fuzz around packets that
// must be found.

using System.Text;
using Pulsegate.Field.Wire;

namespace Pulsegate.Tests.Field;

[TestClass]
public sealed class WireReaderTests
{
    private const int Seed = 20261121;

    // Written by hand from WireProtocol.h: marker, both CRCs 0, command 1, sequence 0x0102, no reply, flags
    // NonCritical + NoCaching, size 5.
    private static readonly byte[] Hello =
    [
        .. "NFPKTV1\0"u8, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0x01, 0x20, 0, 0, 5, 0, 0, 0,
            .. "hello"u8,
    ];

    [TestMethod]
    public void Crc_HasTheCatalogueValue()
    {
        // CRC-32/CKSUM of "123456789" is 0x765E7680 and is inverted at the end; this one is not.
        Assert.AreEqual(~0x765E7680u, WireCrc.Of("123456789"u8));
        Assert.AreEqual(WireCrc.Of("123456789"u8), WireCrc.Of("456789"u8, WireCrc.Of("123"u8)));
    }

    [TestMethod]
    public void PacketWrittenByHand_IsReadAndWrittenTheSame()
    {
        (List<WirePacket> packets, string noise) = Read(Hello);
        Assert.AreEqual("", noise);
        Assert.AreEqual(WireCommand.Message, packets[0].Command);
        Assert.AreEqual((ushort)0x0102, packets[0].Sequence);
        Assert.AreEqual(WireFlags.NonCritical | WireFlags.NoCaching, packets[0].Flags);
        Assert.AreEqual("hello", Encoding.ASCII.GetString(packets[0].Payload));
        CollectionAssert.AreEqual(Hello, packets[0].ToBytes(isChecked: false));
    }

    [TestMethod]
    public void NoiseBetweenPackets_IsKeptApart()
    {
        byte[] stream = [.. "ets Jul 29 2019 NFPK\r\n"u8, .. Hello, .. "rst:0x1 NFPKTV1"u8, .. Hello,
            .. "x"u8];
        (List<WirePacket> packets, string noise) = Read(stream);
        Assert.AreEqual(2, packets.Count);
        Assert.AreEqual("ets Jul 29 2019 NFPK\r\nrst:0x1 NFPKTV1x", noise);
    }

    [TestMethod]
    public void EveryFlippedBit_OfACheckedPacket_IsNoticed_AndTheNextPacketIsFound()
    {
        byte[] good = new WirePacket(WireCommand.Message, 7, 0, WireFlags.NonCritical, "text"u8.ToArray())
            .ToBytes(true);
        for (int bit = 0; bit < good.Length * 8; bit++)
        {
            byte[] damaged = [.. good];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            List<WirePacket> packets = Read([.. damaged, .. good, .. good]).Packets;
            Assert.IsTrue(packets.Count is 2, $"bit {bit}: {packets.Count}");
        }
    }

    [TestMethod]
    public void PacketCutShort_CostsItselfOnly()
    {
        for (int length = 0; length < Hello.Length; length++)
        {
            Assert.AreEqual(2, Read([.. Hello[..length], .. Hello, .. Hello]).Packets.Count,
                $"cut at {length}");
        }
    }

    [TestMethod]
    public void OversizedPacket_IsNoise()
    {
        byte[] oversized = [.. Hello];
        oversized[29] = 4;
        Assert.AreEqual(1, Read([.. oversized, .. Hello]).Packets.Count);
    }

    [TestMethod]
    public void SilenceAfterHalfAPacket_GivesItUp()
    {
        var reader = new WireReader();
        int packets = 0, noise = 0;
        reader.Append(Hello.AsSpan(0, 34), _ => packets++, _ => noise++);
        Assert.IsTrue(reader.HasPartial);
        reader.DropPartial(_ => packets++, _ => noise++);
        Assert.IsFalse(reader.HasPartial);
        Assert.AreEqual(34, noise);
        Assert.AreEqual(0, packets);
    }

    [TestMethod]
    public void Fuzz_NothingThrows_AndEveryWholePacketIsFound()
    {
        var random = new Random(Seed);
        for (int round = 0; round < 2000; round++)
        {
            using var stream = new MemoryStream();
            int expected = 0;
            for (int part = 0; part < 8; part++)
            {
                var garbage = new byte[random.Next(80)];
                random.NextBytes(garbage);
                // no beginning of a marker: what follows is found at once
                garbage.AsSpan().Replace((byte)'N', (byte)0);
                stream.Write(garbage);
                if (random.Next(2) == 0)
                {
                    var payload = new byte[random.Next(WirePacket.PayloadSizeMax + 1)];
                    random.NextBytes(payload);
                    stream.Write(new WirePacket((uint)random.Next(40), (ushort)part, 0, 0, payload)
                        .ToBytes(random.Next(2) == 0));
                    expected++;
                }
            }

            Assert.AreEqual(expected, Read(stream.ToArray()).Packets.Count, $"seed {Seed}, round {round}");
        }
    }

    [TestMethod]
    public void Fuzz_MutatedStreams_NeverThrow_AndLoseNoByte()
    {
        var random = new Random(Seed);
        byte[] seed = [.. Hello, .. Hello,
            .. new WirePacket(5, 9, 9, WireFlags.Reply, new byte[300]).ToBytes(true), .. Hello];
        for (int round = 0; round < 20000; round++)
        {
            byte[] stream = [.. seed];
            for (int i = random.Next(1, 6); i > 0; i--)
            {
                stream[random.Next(stream.Length)] = (byte)random.Next(256);
            }

            (List<WirePacket> packets, string noise) = Read(stream);
            int held = packets.Sum(packet => WirePacket.HeaderSize + packet.Payload.Length) + noise.Length;
            Assert.AreEqual(stream.Length, held, $"seed {Seed}, round {round}");
        }
    }

    // At the end the half packet, if any, is given up, as after silence.
    private static (List<WirePacket> Packets, string Noise) Read(byte[] stream)
    {
        var reader = new WireReader();
        var packets = new List<WirePacket>();
        var noise = new StringBuilder();
        reader.Append(stream, packets.Add, b => noise.Append((char)b));
        reader.DropPartial(packets.Add, b => noise.Append((char)b));
        return (packets, noise.ToString());
    }
}
