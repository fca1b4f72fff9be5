// The board's side of taking over a new identity: the folders, the button and the five seconds.

using System;
using System.Device.Gpio;
using System.Threading;
using Pulsegate.Configuration;

namespace Pulsegate.Boards.Esp32;

/// <summary>Looks for new identity files once, before the unit is built.</summary>
public static class IdentityFiles
{
    /// <summary>Where provisioning puts new files.</summary>
    public const string StagedFolder = "I:\\new\\";

    private const int CapacityBytes = 32768;
    private const int PollMs = 50;

    /// <summary>Takes new files over when they may be taken. Blocks up to 5 s for the button, only when files
    /// wait and the unit has an identity.</summary>
    /// <param name="button">The board's BOOT button: low while pressed. It must be pressed after the reset:
    /// held during it, the chip enters its loader.</param>
    /// <returns>What happened, for the log; null when there was nothing.</returns>
    public static string Take(GpioPin button)
    {
        var intake = new IdentityIntake(
            new FileStorage(StagedFolder, CapacityBytes), new FileStorage(Identity.Folder, CapacityBytes));
        if (!intake.IsDue)
        {
            return null;
        }

        if (intake.NeedsButton && !IsPressed(button))
        {
            return "new identity files wait: press BOOT within 5 s after a start to take them";
        }

        return intake.TryTake(out string error) ? "new identity taken" : "new identity refused: " + error;
    }

    private static bool IsPressed(GpioPin button)
    {
        Console.WriteLine("pulsegate: press BOOT now to take the new identity");
        for (int waitedMs = 0; waitedMs < IdentityIntake.ButtonMs; waitedMs += PollMs)
        {
            if (button.Read() == PinValue.Low)
            {
                return true;
            }

            Thread.Sleep(PollMs);
        }

        return false;
    }
}
