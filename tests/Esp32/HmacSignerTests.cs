// Goal: the board signs as the standard says. Method: RFC 4231, test case 2; refusals one by one.

using System.Text;
using Pulsegate.Boards.Esp32;

namespace Pulsegate.Tests.Esp32;

[TestClass]
public sealed class HmacSignerTests
{
    private const string ExpectedMac = "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843";

    private static readonly byte[] Message = Encoding.ASCII.GetBytes("what do ya want for nothing?");

    private readonly HmacSigner _signer =
        new(3, Encoding.ASCII.GetBytes("Jefe"), Encoding.ASCII.GetBytes("Jefe"));

    [TestMethod]
    [DataRow(0)]
    [DataRow(5)]
    public void Sign_GivesTheVectorOfTheStandard(int spare)
    {
        byte[] buffer = [.. Message, .. new byte[spare]];
        var mac = new byte[40];
        Assert.IsTrue(_signer.TrySign(buffer, Message.Length, mac, 4));
        Assert.AreEqual(ExpectedMac, Convert.ToHexString(mac, 4, 32));
    }

    [TestMethod]
    public void Verify_TakesTheRightMacOnly()
    {
        byte[] mac = Convert.FromHexString(ExpectedMac);
        Assert.IsTrue(_signer.VerifyDown(3, Message, Message.Length, mac, 0));
        for (int bit = 0; bit < 256; bit++)
        {
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse(_signer.VerifyDown(3, Message, Message.Length, mac, 0), $"bit {bit}");
            mac[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    [TestMethod]
    public void OtherKeyVersionOrShortMac_IsRefused()
    {
        byte[] mac = Convert.FromHexString(ExpectedMac);
        Assert.IsFalse(_signer.VerifyDown(2, Message, Message.Length, mac, 0));
        Assert.IsFalse(_signer.VerifyDown(3, Message, Message.Length, mac, 1));
        Assert.IsFalse(_signer.TrySignWith(2, Message, Message.Length, new byte[32], 0));
        Assert.IsTrue(_signer.TrySignWith(3, Message, Message.Length, new byte[32], 0));
    }
}
