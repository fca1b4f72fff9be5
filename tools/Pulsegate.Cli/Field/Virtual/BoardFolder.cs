using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field.Virtual;

/// <summary>Where a virtual board keeps what a real one has in flash, and the hands that touch it.</summary>
/// <param name="path">The folder.</param>
internal sealed class BoardFolder(string path)
{
    /// <summary>First byte of the deployment partition, its size, and the size of all: an ESP32-S3 with 16
    /// MB.</summary>
    public const uint DeploymentAddress = 0x1B0000, DeploymentSize = 0x2E0000, FlashSize = 0x490000;

    /// <summary>Failures that the board or its flashing tool can play; a file of the name makes it
    /// so.</summary>
    public const string
        NotFlashed = "not-flashed",          // the tool says OK and writes nothing
        WrongAddress = "wrong-address",      // the tool writes beside the deployment partition
        CutImage = "cut-image",              // the tool writes half of the image
        ToolFails = "tool-fails",            // the tool ends with an error
        ToolHangs = "tool-hangs",            // the tool never ends
        FileLost = "file-lost",              // the tool reports an error for a file and ends with success
        FileDamaged = "file-damaged",        // a file arrives cut, and nobody says so
        ToolDies = "tool-dies",              // the tool is cut off with half of the image written
        BadUpdate = "bad-update",            // an update that is started stops at once
        OtherFirmware = "other-firmware",    // the firmware's libraries are of another age than the program's
        Silent = "silent",                   // nothing answers on the port
        Mute = "mute",                       // the runtime answers and the program says nothing
        Noisy = "noisy",                     // bytes are lost and others come in between
        NoOximeter = "no-oximeter", NoThermometer = "no-thermometer", Swapped = "swapped", NoFinger =
            "no-finger",
        NoNetwork = "no-network", NoTime = "no-time", FlashFails = "flash-fails", NoIngest = "no-ingest";

    /// <summary>The folder.</summary>
    public string Path { get; } = System.IO.Path.GetFullPath(path);

    /// <summary>The flash as a file.</summary>
    public string Flash => PathOf("flash.bin");

    /// <summary>What stands for I:.</summary>
    public string Drive => PathOf("drive");

    /// <summary>A link to the pseudo-terminal: the board's USB port.</summary>
    public string Port => PathOf("port");

    /// <summary>Locked while the board is switched on.</summary>
    public string Lock => PathOf("lock");

    /// <summary>A file that appears here resets the board, which takes it away.</summary>
    public string Reset => PathOf("reset");

    /// <summary>The finger on BOOT while this file is there.</summary>
    public string Button => PathOf("button");

    /// <summary>True when a failure is to be played.</summary>
    public bool Plays(string fault) => File.Exists(PathOf("faults", fault));

    /// <summary>A path below the folder.</summary>
    public string PathOf(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>The host's path of a path on I:.</summary>
    public string PathOnDrive(string devicePath)
        => System.IO.Path.Combine([Drive, .. devicePath.Replace("I:", "", StringComparison.OrdinalIgnoreCase)
            .Split('\\', '/').Where(part => part.Length > 0 && part != "..")]);

    /// <summary>Reads a range of the flash; what was never written is 0xFF.</summary>
    public byte[] Read(uint address, int length)
    {
        var bytes = new byte[length];
        Array.Fill(bytes, (byte)0xFF);
        if (File.Exists(Flash))
        {
            using FileStream file = File.OpenRead(Flash);
            file.Position = address;
            file.ReadAtLeast(bytes, length, throwOnEndOfStream: false);
        }

        return bytes;
    }

    /// <summary>Writes a range of the flash.</summary>
    public void Write(uint address, ReadOnlySpan<byte> bytes)
    {
        PrivateFile.CreateFolder(Path);
        using var file = new FileStream(Flash, new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        if (file.Length < FlashSize)
        {
            byte[] erased = new byte[FlashSize - file.Length];
            Array.Fill(erased, (byte)0xFF);
            file.Seek(0, SeekOrigin.End);
            file.Write(erased);
        }

        file.Position = address;
        file.Write(bytes);
    }
}
