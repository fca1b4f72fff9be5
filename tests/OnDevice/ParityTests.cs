// Goal: the same sources do the same on nanoCLR as on .NET: drivers with emulators, signal, batch and store,
// the whole unit, arithmetic. Method: each run prints its lines between two marks; `./pulsegate test
// --device` runs the same source on .NET and compares line by line.

using System;
using nanoFramework.TestFramework;
using Pulsegate.Tests.Device;

namespace Pulsegate.Tests.OnDevice;

/// <summary>Prints the vectors. Static methods only: the launcher makes no instance.</summary>
[TestClass]
public class ParityTests
{
    /// <summary>Drivers and emulators.</summary>
    [TestMethod]
    public static void Drivers_PrintTheLinesOfDotNet()
    {
        Begin("DriverVectors");
        DriverVectors.Run();
        End();
    }

    /// <summary>The signal chain.</summary>
    [TestMethod]
    public static void Signal_PrintsTheLinesOfDotNet()
    {
        Begin("SignalVectors");
        SignalVectors.Run();
        End();
    }

    /// <summary>CBOR, JWS and the store in memory.</summary>
    [TestMethod]
    public static void Formats_PrintTheLinesOfDotNet()
    {
        Begin("FormatVectors");
        FormatVectors.Run();
        End();
    }

    /// <summary>From the chips to the store, with alarms.</summary>
    [TestMethod]
    public static void Gateway_PrintsTheLinesOfDotNet()
    {
        Begin("GatewayVectors");
        GatewayVectors.Run();
        End();
    }

    /// <summary>The screen, page after page, on the emulated panel.</summary>
    [TestMethod]
    public static void Display_PrintsTheLinesOfDotNet()
    {
        Begin("DisplayVectors");
        DisplayVectors.Run();
        End();
    }

    /// <summary>SHA-256 and ES256.</summary>
    [TestMethod]
    public static void Signing_PrintsTheLinesOfDotNet()
    {
        Begin("SigningVectors");
        SigningVectors.Run();
        End();
    }

    /// <summary>Keys and certificates that come over the air.</summary>
    [TestMethod]
    public static void Renewal_PrintsTheLinesOfDotNet()
    {
        Begin("RenewalVectors");
        RenewalVectors.Run();
        End();
    }

    /// <summary>Integers at their edges.</summary>
    [TestMethod]
    public static void Arithmetic_PrintsTheLinesOfDotNet()
    {
        Begin("ArithmeticVectors");
        ArithmeticVectors.Run();
        End();
    }

    private static void Begin(string name) => Console.WriteLine("vector begin " + name);

    private static void End() => Console.WriteLine("vector end");
}
