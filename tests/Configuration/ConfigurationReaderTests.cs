// Goal: a configuration is taken whole or refused with one line that names the key; method: texts, right and
// wrong in one place each.

using Pulsegate.Alarms;
using Pulsegate.Configuration;

namespace Pulsegate.Tests.Configuration;

[TestClass]
public class ConfigurationReaderTests
{
    [TestMethod]
    public void EmptyObject_GivesTheDefaults()
    {
        GatewayConfiguration configuration = Read("{}");
        Assert.AreEqual(60, configuration.CommitIntervalSeconds);
        Assert.AreEqual(8, configuration.SpO2AveragingSeconds);
        Assert.AreEqual(8, Read("{\"spo2AveragingSeconds\":8}").SpO2AveragingSeconds);
        Assert.AreEqual(900, configuration.Alarms.LimitOf(AlarmCondition.SpO2Low));
    }

    [TestMethod]
    public void EveryKey_IsTaken()
    {
        GatewayConfiguration configuration = Read("""
            {"brokerHost":"broker.example","brokerPort":1883,"commitIntervalSeconds":10,"live":false,"mqtt311":true,
             "redInfraredSwapped":true,"spo2AveragingSeconds":4,"temperatureSensor":"max30205",
             "temperatureSite":"skin","utcOffsetMinutes":-210,
             "sound":{"dayVolume":100,"nightVolume":0,"nightStartMinute":1320,"nightEndMinute":420},
             "alarms":{"spo2Low":{"limit":880,"delaySeconds":20},"perfusionLow":{"enabled":false}},
             "calibration":{"version":3,"ratioMilli":[400,1000,2000],"spo2Tenths":[1000,850,600]}}
            """);
        Assert.AreEqual("broker.example", configuration.BrokerHost);
        Assert.AreEqual(1883, configuration.BrokerPort);
        Assert.AreEqual(10, configuration.CommitIntervalSeconds);
        Assert.IsFalse(configuration.IsLiveEnabled);
        Assert.IsTrue(configuration.IsMqtt311);
        Assert.IsTrue(configuration.IsRedInfraredSwapped);
        Assert.AreEqual(4, configuration.SpO2AveragingSeconds);
        Assert.AreEqual("max30205", configuration.TemperatureSensor);
        Assert.IsTrue(configuration.IsTemperatureOfSkin);
        Assert.AreEqual(-210, configuration.UtcOffsetMinutes);
        Assert.AreEqual(100, configuration.Sound.VolumeAt(720));
        Assert.AreEqual(0, configuration.Sound.VolumeAt(1320));
        Assert.AreEqual(100, configuration.Sound.VolumeAt(420));
        Assert.AreEqual(880, configuration.Alarms.LimitOf(AlarmCondition.SpO2Low));
        Assert.AreEqual(20000, configuration.Alarms.DelayMsOf(AlarmCondition.SpO2Low));
        Assert.IsFalse(configuration.Alarms.IsEnabled(AlarmCondition.PerfusionLow));
        Assert.AreEqual(3, configuration.CalibrationVersion);
        CollectionAssert.AreEqual(new[] { 400, 1000, 2000 }, configuration.CalibrationRatioMilli);
    }

    [TestMethod]
    [DataRow("", "the file")]
    [DataRow("[]", "the file")]
    [DataRow("{", "the file")]
    [DataRow("{\"brokerPort\":0}", "brokerPort")]
    [DataRow("{\"brokerPort\":\"8883\"}", "brokerPort")]
    [DataRow("{\"brokerPort\":8883.5}", "brokerPort")]
    [DataRow("{\"brokerPort\":null}", "brokerPort")]
    [DataRow("{\"brokerPort\":99999999999}", "brokerPort")]
    [DataRow("{\"brokerHost\":\"\"}", "brokerHost")]
    [DataRow("{\"commitIntervalSeconds\":9}", "commitIntervalSeconds")]
    [DataRow("{\"commitIntervalSeconds\":301}", "commitIntervalSeconds")]
    [DataRow("{\"comitIntervalSeconds\":60}", "comitIntervalSeconds")]
    [DataRow("{\"live\":1}", "live")]
    [DataRow("{\"spo2AveragingSeconds\":6}", "spo2AveragingSeconds")]
    [DataRow("{\"spo2AveragingSeconds\":0}", "spo2AveragingSeconds")]
    [DataRow("{\"spo2AveragingSeconds\":4.5}", "spo2AveragingSeconds")]
    [DataRow("{\"spo2AveragingSeconds\":\"4\"}", "spo2AveragingSeconds")]
    [DataRow("{\"temperatureSensor\":\"lm75\"}", "temperatureSensor")]
    [DataRow("{\"temperatureSite\":\"ear\"}", "temperatureSite")]
    [DataRow("{\"utcOffsetMinutes\":841}", "utcOffsetMinutes")]
    [DataRow("{\"utcOffsetMinutes\":-721}", "utcOffsetMinutes")]
    [DataRow("{\"sound\":80}", "sound")]
    [DataRow("{\"sound\":{\"dayVolume\":29}}", "sound.dayVolume")]
    [DataRow("{\"sound\":{\"nightVolume\":101}}", "sound.nightVolume")]
    [DataRow("{\"sound\":{\"nightEndMinute\":1440}}", "sound.nightEndMinute")]
    [DataRow("{\"sound\":{\"volume\":50}}", "sound.volume")]
    [DataRow("{\"alarms\":[]}", "alarms")]
    [DataRow("{\"alarms\":{\"spo2low\":{}}}", "alarms.spo2low")]
    [DataRow("{\"alarms\":{\"spo2Low\":{\"limit\":500}}}", "alarms.spo2Low.limit")]
    [DataRow("{\"alarms\":{\"spo2Low\":{\"delaySeconds\":121}}}", "alarms.spo2Low.delaySeconds")]
    [DataRow("{\"alarms\":{\"spo2Low\":{\"enabled\":false}}}", "alarms.spo2Low.enabled")]
    [DataRow("{\"alarms\":{\"noSignal\":{\"enabled\":false}}}", "alarms.noSignal.enabled")]
    [DataRow("{\"alarms\":{\"spo2Low\":{\"Limit\":900}}}", "alarms.spo2Low.Limit")]
    [DataRow("{\"alarms\":{\"spo2Low\":{\"limit\":950}},\"alarms\":{}}", "the file")]
    [DataRow("{\"brokerHost\":\"a\\u0000b\"}", "brokerHost")]
    [DataRow(
        "{\"alarms\":{\"pulseRateLow\":{\"limit\":900},\"pulseRateHigh\":{\"limit\":850}}}",
        "alarms.pulseRateLow.limit")]
    [DataRow("{\"a\\nb\\u001b\":1}", "a?b?", DisplayName = "a key that would break the line")]
    [DataRow("{\"calibration\":{\"version\":1}}", "calibration")]
    [DataRow(
        "{\"calibration\":{\"version\":1,\"ratioMilli\":[500,400],\"spo2Tenths\":[900,800]}}", "calibration")]
    [DataRow("{\"calibration\":{\"version\":1,\"ratioMilli\":[500],\"spo2Tenths\":[900]}}",
        "calibration.ratioMilli")]
    public void WrongInOnePlace_IsRefused_AndTheKeyIsNamed(string text, string key)
    {
        Assert.IsFalse(new ConfigurationReader()
            .TryRead(text, out GatewayConfiguration configuration, out string error));
        Assert.IsNull(configuration);
        StringAssert.StartsWith(error, "configuration: " + key + " must be ");
        Assert.IsFalse(error.Contains('\n'));
    }

    [TestMethod]
    public void OversizedText_IsRefused()
        => Assert.IsFalse(new ConfigurationReader().TryRead(new string(' ', 9000), out _, out _));

    private static GatewayConfiguration Read(string text)
    {
        Assert.IsTrue(
            new ConfigurationReader().TryRead(text, out GatewayConfiguration configuration, out string error),
            error);
        return configuration;
    }
}
