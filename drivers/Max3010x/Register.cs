// Register map of the MAX30101 and MAX30102, in the order of the data sheets.
// Source: Maxim Integrated, "MAX30102 High-Sensitivity Pulse Oximeter and Heart-Rate Sensor for Wearable
// Health", 19-7740, Rev 1, 10/18, "Register Maps and Descriptions"; what only the MAX30101 (19-7756) has is
// marked.

namespace Iot.Device.Max3010x;

/// <summary>Register addresses.</summary>
internal enum Register : byte
{
    InterruptStatus1 = 0x00,
    InterruptStatus2 = 0x01,
    InterruptEnable1 = 0x02,
    InterruptEnable2 = 0x03,
    FifoWritePointer = 0x04,
    OverflowCounter = 0x05,
    FifoReadPointer = 0x06,
    FifoData = 0x07,             // burst reads stay at this address
    FifoConfiguration = 0x08,
    ModeConfiguration = 0x09,
    SpO2Configuration = 0x0A,
    Led1PulseAmplitude = 0x0C,   // red
    Led2PulseAmplitude = 0x0D,   // infrared
    Led3PulseAmplitude = 0x0E,   // green, MAX30101
    Led4PulseAmplitude = 0x0F,   // green, second driver, MAX30101
    PilotPulseAmplitude = 0x10,  // proximity mode, early MAX30101
    MultiLedControl1 = 0x11,     // slots 2 and 1
    MultiLedControl2 = 0x12,     // slots 4 and 3
    DieTemperatureInteger = 0x1F,
    DieTemperatureFraction = 0x20,
    DieTemperatureConfiguration = 0x21,
    ProximityThreshold = 0x30,   // early MAX30101
    RevisionId = 0xFE,
    PartId = 0xFF,               // the address does not advance beyond
}
