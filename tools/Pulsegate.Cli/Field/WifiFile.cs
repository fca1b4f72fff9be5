using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Pulsegate.Provisioning;

namespace Pulsegate.Cli.Field;

/// <summary>Name and password of the home's network. Never printed, never an argument.</summary>
/// <param name="Ssid">1 to 32 bytes.</param>
/// <param name="Password">8 to 63 characters.</param>
internal sealed record WifiFile(
    [property: JsonRequired] string Ssid, [property: JsonRequired] string Password)
{
    private const int SsidSizeMax = 32, PasswordLengthMin = 8, PasswordLengthMax = 63;
    private static readonly JsonSerializerOptions Json =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>Reads them from a file, or asks for them.</summary>
    /// <param name="path">A file that only its owner can read; null to ask.</param>
    public static WifiFile Read(string? path)
    {
        WifiFile? wifi;
        try
        {
            wifi = path is null ? Ask() : JsonSerializer.Deserialize<WifiFile>(PrivateFile.Read(path), Json);
        }
        catch (JsonException)
        {
            // its text may hold the password
            throw new CommandException($"{path} is not {{\"ssid\": ..., \"password\": ...}}");
        }
        catch (ProvisioningException exception)
        {
            throw new CommandException(exception.Message);
        }

        return wifi is { Ssid.Length: > 0 } && Encoding.UTF8.GetByteCount(wifi.Ssid) <= SsidSizeMax
            && wifi.Password.Length is >= PasswordLengthMin and <= PasswordLengthMax
            ? wifi
            : throw new CommandException("a Wi-Fi name has 1 to 32 bytes, its password 8 to 63 characters");
    }

    private static WifiFile Ask()
    {
        if (Console.IsInputRedirected)
        {
            throw new CommandException("Wi-Fi: name a file with --wifi FILE, or say --keep-wifi");
        }

        Console.Write("Wi-Fi name: ");
        string name = Console.ReadLine() ?? "";
        Console.Write("Wi-Fi password (not shown): ");
        var password = new StringBuilder();
        for (ConsoleKeyInfo key = Console.ReadKey(true); key.Key != ConsoleKey.Enter; key =
            Console.ReadKey(true))
        {
            if (key.Key == ConsoleKey.Backspace && password.Length > 0)
            {
                password.Length--;
            }
            else if (!char.IsControl(key.KeyChar) && password.Length < PasswordLengthMax)
            {
                password.Append(key.KeyChar);
            }
        }

        Console.WriteLine();
        return new WifiFile(name, password.ToString());
    }
}
