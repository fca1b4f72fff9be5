// Reads the configuration file strictly: an unknown key, a wrong type or a value outside its bounds refuses
// the whole file, with one line that names the key, because a limit that was mistyped and silently ignored is
// a missed alarm.

using System;
using System.Collections;
using nanoFramework.Json;
using Pulsegate.Alarms;
using Pulsegate.Platform;

namespace Pulsegate.Configuration;

/// <summary>Reader of the JSON configuration. One instance reads one text. Allocates: for start-up
/// only.</summary>
public sealed partial class ConfigurationReader
{
    /// <summary>Longest text that is read, in characters.</summary>
    public const int TextLengthMax = 8192;

    private readonly int _commitIntervalSeconds;
    private GatewayConfiguration _configuration;
    private string _error;

    /// <summary>A reader.</summary>
    /// <param name="commitIntervalSeconds">Commit interval where the text names none: the board's, for its
    /// flash wears by it.</param>
    public ConfigurationReader(int commitIntervalSeconds = GatewayConfiguration.CommitIntervalSecondsDefault)
    {
        _commitIntervalSeconds = commitIntervalSeconds;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The JSON text.</param>
    /// <param name="configuration">The settings; null when false.</param>
    /// <param name="error">One line that names the key and what is allowed; empty when true.</param>
    public bool TryRead(string text, out GatewayConfiguration configuration, out string error)
    {
        _configuration = new GatewayConfiguration { CommitIntervalSeconds = _commitIntervalSeconds };
        _error = "";
        Hashtable table = Parse(text);
        if (table != null)
        {
            ReadTop(table);
        }

        error = _error;
        configuration = _error.Length == 0 ? _configuration : null;
        return _error.Length == 0;
    }

    private Hashtable Parse(string text)
    {
        if (text == null || text.Length > TextLengthMax)
        {
            Refuse("the file", "at most 8192 characters");
            return null;
        }

        try
        {
            return (Hashtable)JsonConvert.DeserializeObject(text, typeof(Hashtable));
        }
        catch (Exception)
        {
            // The library throws several kinds for text that is not JSON; which one says nothing to the
            // reader of the message.
            Refuse("the file", "one JSON object");
            return null;
        }
    }

    private void ReadTop(Hashtable table)
    {
        foreach (object item in table.Keys)
        {
            var key = (string)item;
            object value = table[key];
            switch (key)
            {
                case "brokerHost":
                    _configuration.BrokerHost = HostName(key, value);
                    break;
                case "brokerPort":
                    _configuration.BrokerPort = Integer(key, value, 1, 65535);
                    break;
                case "mqtt311":
                    _configuration.IsMqtt311 = Flag(key, value);
                    break;
                case "commitIntervalSeconds":
                    _configuration.CommitIntervalSeconds = Integer(
                        key, value, GatewayConfiguration.CommitIntervalSecondsMin,
                        GatewayConfiguration.CommitIntervalSecondsMax);
                    break;
                case "live":
                    _configuration.IsLiveEnabled = Flag(key, value);
                    break;
                case "redInfraredSwapped":
                    _configuration.IsRedInfraredSwapped = Flag(key, value);
                    break;
                case "spo2AveragingSeconds":
                    ReadAveraging(key, value);
                    break;
                case "temperatureSensor":
                    ReadTemperatureSensor(key, value);
                    break;
                case "temperatureSite":
                    string site = Text(key, value, 16);
                    _configuration.IsTemperatureOfSkin = site == "skin";
                    if (site != "skin" && site != "body")
                    {
                        Refuse(key, "skin or body");
                    }

                    break;
                case "utcOffsetMinutes":
                    _configuration.UtcOffsetMinutes = Integer(
                        key, value, LocalTime.OffsetMinutesMin, LocalTime.OffsetMinutesMax);
                    break;
                case "sound":
                    ReadSound(value);
                    break;
                case "alarms":
                    ReadAlarms(value);
                    break;
                case "calibration":
                    ReadCalibration(value);
                    break;
                default:
                    Refuse(key, "a known key; see docs/configuration.md");
                    break;
            }
        }
    }

    private string HostName(string key, object value)
    {
        string host = Text(key, value, 253);
        for (int i = 0; i < host.Length; i++)
        {
            char c = host[i];
            bool isAllowed = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || c == '.' || c == '-' || c == ':';
            if (!isAllowed)
            {
                Refuse(key, "a host name or address");
            }
        }

        return host;
    }

    private void ReadTemperatureSensor(string key, object value)
    {
        string sensor = Text(key, value, 16);
        if (sensor == "tmp117" || sensor == "max30205" || sensor == "none")
        {
            _configuration.TemperatureSensor = sensor;
        }
        else
        {
            Refuse(key, "tmp117, max30205 or none");
        }
    }

    private void ReadSound(object value)
    {
        var table = value as Hashtable;
        if (table == null)
        {
            Refuse("sound", "an object");
            return;
        }

        SoundSettings sound = _configuration.Sound;
        foreach (object item in table.Keys)
        {
            var key = (string)item;
            string path = "sound." + key;
            switch (key)
            {
                case "dayVolume":
                    sound.DayVolume = Integer(path, table[key], SoundSettings.DayVolumeMin, Beacon.VolumeMax);
                    break;
                case "nightVolume":
                    sound.NightVolume = Integer(path, table[key], 0, Beacon.VolumeMax);
                    break;
                case "nightStartMinute":
                    sound.NightStartMinute = Integer(path, table[key], 0, LocalTime.MinutesADay - 1);
                    break;
                case "nightEndMinute":
                    sound.NightEndMinute = Integer(path, table[key], 0, LocalTime.MinutesADay - 1);
                    break;
                default:
                    Refuse(path, "dayVolume, nightVolume, nightStartMinute or nightEndMinute");
                    break;
            }
        }
    }

    private void ReadAlarms(object value)
    {
        var table = value as Hashtable;
        if (table == null)
        {
            Refuse("alarms", "an object");
            return;
        }

        foreach (object item in table.Keys)
        {
            var name = (string)item;
            int condition = 0;
            while (condition < AlarmCondition.Count && AlarmCondition.NameOf(condition) != name)
            {
                condition++;
            }

            var alarm = table[name] as Hashtable;
            if (condition == AlarmCondition.Count || alarm == null)
            {
                Refuse("alarms." + name, "an object under the name of a condition");
                return;
            }

            ReadAlarm("alarms." + name, condition, alarm);
        }

        AlarmLimits limits = _configuration.Alarms;
        for (int condition = 0; condition < AlarmCondition.Count; condition++)
        {
            int crossed = limits.FindCrossed(condition, limits.LimitOf(condition));
            if (crossed >= 0)
            {
                Refuse("alarms." + AlarmCondition.NameOf(condition) + ".limit",
                    "a limit that does not cross alarms." + AlarmCondition.NameOf(crossed) + ".limit");
            }
        }
    }

    private void ReadAlarm(string path, int condition, Hashtable table)
    {
        AlarmLimits limits = _configuration.Alarms;
        int limit = limits.LimitOf(condition);
        int delaySeconds = limits.DelayMsOf(condition) / 1000;
        foreach (object item in table.Keys)
        {
            var key = (string)item;
            string keyPath = path + "." + key;
            object value = table[key];
            switch (key)
            {
                case "limit":
                    limit = Integer(
                        keyPath, value, AlarmRules.LimitMinOf(condition), AlarmRules.LimitMaxOf(condition));
                    break;
                case "delaySeconds":
                    delaySeconds = Integer(keyPath, value, 0, AlarmRules.DelaySecondsMaxOf(condition));
                    break;
                case "enabled":
                    if (!limits.TryEnable(condition, Flag(keyPath, value)))
                    {
                        Refuse(keyPath, "true: this alarm cannot be switched off");
                    }

                    break;
                default:
                    Refuse(keyPath, "limit, delaySeconds or enabled");
                    break;
            }
        }

        if (_error.Length == 0)
        {
            limits.TrySet(condition, limit, delaySeconds);
        }
    }
}
