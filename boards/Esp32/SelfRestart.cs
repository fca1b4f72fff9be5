// The end of Main: what could not be handled is kept, shown and ended by a restart. After Main returns, the
// runtime would wait for a debugger for ever.

using System;
using System.IO;
using System.Threading;
using nanoFramework.Runtime.Native;

namespace Pulsegate.Boards.Esp32;

/// <summary>Restarts a unit that cannot go on, or was asked to begin anew.</summary>
public static class SelfRestart
{
    /// <summary>Time the failure is shown before the restart, ms; it also keeps a unit that fails at once
    /// from wearing its flash.</summary>
    public const int ShownMs = 10000;

    /// <summary>Restarts a unit that has been stopped in good order. Does not return.</summary>
    public static void Now()
    {
        Console.WriteLine("pulsegate: restarting as the backend asked");
        Power.RebootDevice();
    }

    /// <summary>Records the failure, shows it, restarts. Does not return.</summary>
    /// <param name="exception">What happened.</param>
    /// <param name="indicator">Light and sound; null when it could not be made.</param>
    public static void After(Exception exception, Indicator indicator)
    {
        string line = exception.GetType().FullName + ": " + exception.Message;
        Console.WriteLine("pulsegate: restarting after " + line);
        if (indicator != null)
        {
            indicator.ShowFailure();
        }

        try
        {
            new FailureRecord(new FileStorage(Unit.BoardFolder, FailureRecord.LengthMax)).TryWrite(line);
        }
        catch (IOException)
        {
            Console.WriteLine("pulsegate: the internal drive is not there");
        }

        Thread.Sleep(ShownMs);
        Power.RebootDevice();
    }
}
