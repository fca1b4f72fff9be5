// Goal: an update carries our own assemblies and no library, in the order in which they can be loaded;
// method: headers made by the platform's published layout.

using System.Buffers.Binary;
using System.Text;
using Pulsegate.Field.Flash;

namespace Pulsegate.Tests.Update;

[TestClass]
public sealed class PeFileTests
{
    [TestMethod]
    public void UpdateOfAnImage_IsOurs_InTheOrderOfLoading()
    {
        byte[] image =
        [
            .. Make("mscorlib", "1.17.12"), .. Make("Pulsegate.Firmware", "0.2.0"),
                .. Make("Pulsegate.Signing", "0.2.0"),
            .. Make("nanoFramework.Iot.Device.Tmp117", "0.2.0"), .. Make("nanoFramework.Json", "2.2.213"),
            .. Make("Pulsegate.Esp32S3", "0.2.0"),
        ];
        string[] names = [.. PeFile.Read(PeFile.UpdateOf(image, "0.2.0")).Select(file => file.Name)];
        CollectionAssert.AreEqual(
            new[]
            {
                "nanoFramework.Iot.Device.Tmp117", "Pulsegate.Firmware", "Pulsegate.Signing",
                    "Pulsegate.Esp32S3",
            },
            names);
    }

    [TestMethod]
    public void AssemblyOfAnotherVersion_IsRefused()
    {
        byte[] image = [.. Make("Pulsegate.Firmware", "0.1.0"), .. Make("Pulsegate.Esp32S3", "0.2.0")];
        IOException refused = Assert.ThrowsExactly<IOException>(() => PeFile.UpdateOf(image, "0.2.0"));
        Assert.AreEqual("Pulsegate.Firmware in the image has version 0.1.0.0, not 0.2.0", refused.Message);
        Assert.ThrowsExactly<IOException>(() => PeFile.UpdateOf(Make("mscorlib", "1.17.12"), "0.2.0"));
    }

    [TestMethod]
    public void DamagedImage_IsRefused_AndNeverReadBeyondItsEnd()
    {
        byte[] image = Make("Pulsegate.Firmware", "0.2.0");
        for (int at = 0; at < image.Length; at++)
        {
            foreach (byte value in new byte[] { 0, 0x7F, 0xFF })
            {
                byte[] damaged = [.. image];
                damaged[at] = value;
                try
                {
                    PeFile.Read(damaged);
                }
                catch (IOException)
                {
                }
            }
        }

        Assert.ThrowsExactly<IOException>(() => PeFile.Read(image[..^4]));
    }

    [TestMethod]
    [DataRow(6)]
    [DataRow(100)]
    [DataRow(124)]
    public void ImageCutInItsFirstOrSecondHeader_IsRefused(int length)
    {
        byte[] whole = Make("Pulsegate.Firmware", "0.2.0");
        Assert.ThrowsExactly<IOException>(() => PeFile.Read(whole[..length]));
        Assert.ThrowsExactly<IOException>(() => PeFile.Read([.. whole, .. whole[..length]]));
        Assert.HasCount(1, PeFile.Read([.. whole, .. new byte[3]]), "zeros are what fills a sector");
    }

    private static byte[] Make(string name, string version)
    {
        const int TextAt = 124;
        byte[] text = Encoding.ASCII.GetBytes("\0" + name + "\0");
        int length = TextAt + text.Length + 5;
        var file = new byte[(length + 3) & ~3];
        "NFMRK1\0\0"u8.CopyTo(file);
        string[] parts = version.Split('.');
        for (int i = 0; i < parts.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(28 + (2 * i)), ushort.Parse(parts[i]));
        }

        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(36), (ushort)(name == "mscorlib" ? 0xFCD2 : 1));
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(84), TextAt);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(88), TextAt + text.Length);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(100), length);
        text.CopyTo(file, TextAt);
        return file;
    }
}
