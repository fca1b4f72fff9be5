// What Pulsegate is made of, as CycloneDX 1.5 (cyclonedx.org/docs/1.5/json): what the restore has written
// down of the host's packages, the pinned versions of the device's, and the Debian packages that the launcher
// asks for.

using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Pulsegate.Cli;

/// <summary>One software bill of materials. Reads files of the checkout only; the same checkout on the same
/// machine gives the same text.</summary>
internal static partial class Sbom
{
    private const string AssetsName = "project.assets.json";
    // what it does not reach is needed to build or test only
    private const string ShippedProject = "Pulsegate.Cli";
    private const string PackageStatus = "/var/lib/dpkg/status";
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true };

    /// <summary>The bill as JSON text.</summary>
    /// <param name="root">The checkout, restored.</param>
    /// <exception cref="CommandException">Nothing has been restored yet.</exception>
    public static string Make(string root)
    {
        List<JsonObject> components =
            [.. HostPackages(root), .. DevicePackages(root), .. PagePackages(root), .. DebianPackages(root)];
        components.Sort((a, b) => string.CompareOrdinal((string?)a["bom-ref"], (string?)b["bom-ref"]));
        string version = XDocument.Load(Path.Combine(root, "Directory.Build.props")).Descendants("Version")
            .First().Value;
        var application = new JsonObject
        {
            ["type"] = "application", ["bom-ref"] = "pulsegate", ["name"] = "pulsegate",
            ["version"] = version,
            ["licenses"] = License("MIT"),
        };
        var list = new JsonArray([.. components]);
        return new JsonObject
        {
            ["bomFormat"] = "CycloneDX",
            ["specVersion"] = "1.5",
            ["serialNumber"] = "urn:uuid:" + IdentityOf(list.ToJsonString() + version),
            ["version"] = 1,
            ["metadata"] = new JsonObject { ["component"] = application },
            ["components"] = list,
        }.ToJsonString(Json) + "\n";
    }

    private static IEnumerable<JsonObject> HostPackages(string root)
    {
        string[] files = Directory.GetFiles(root, AssetsName, SearchOption.AllDirectories);
        var found = new SortedDictionary<string, (JsonElement Library, string Folder, bool IsShipped)>(
            StringComparer.Ordinal);
        foreach (string file in files)
        {
            using JsonDocument assets = JsonDocument.Parse(File.ReadAllBytes(file));
            string folder = assets.RootElement.GetProperty("packageFolders").EnumerateObject().First().Name;
            bool isShipped = Path.GetDirectoryName(Path.GetDirectoryName(file))!.EndsWith(
                ShippedProject, StringComparison.Ordinal);
            foreach (JsonProperty library in assets.RootElement.GetProperty("libraries").EnumerateObject())
            {
                if (library.Value.GetProperty("type").GetString() == "package")
                {
                    bool wasShipped = found.TryGetValue(library.Name, out var known) && known.IsShipped;
                    found[library.Name] = (library.Value.Clone(), folder, isShipped || wasShipped);
                }
            }
        }

        if (found.Count == 0)
        {
            throw new CommandException($"no {AssetsName} below {root}: build first");
        }

        return found.Select(package =>
            HostPackage(package.Key, package.Value.Library, package.Value.Folder, package.Value.IsShipped));
    }

    private static JsonObject HostPackage(string key, JsonElement library, string folder, bool isShipped)
    {
        string[] parts = key.Split('/');
        JsonObject component = NuGet(parts[0], parts[1], isShipped ? "required" : "excluded");
        string hash =
            Convert.ToHexStringLower(Convert.FromBase64String(library.GetProperty("sha512").GetString()!));
        component["hashes"] = new JsonArray(new JsonObject { ["alg"] = "SHA-512", ["content"] = hash });
        string path = Path.Combine(
            folder, library.GetProperty("path").GetString()!, parts[0].ToLowerInvariant() + ".nuspec");
        XElement? license = File.Exists(path)
            ? XDocument.Load(path).Descendants().FirstOrDefault(e => e.Name.LocalName == "license") : null;
        if (license?.Attribute("type")?.Value == "expression")
        {
            component["licenses"] = License(license.Value);
        }

        return component;
    }

    private static IEnumerable<JsonObject> DevicePackages(string root)
        => XDocument.Load(Path.Combine(root, "nanoFramework.Packages.props")).Descendants("PackageVersion")
            .Select(item =>
                NuGet(item.Attribute("Include")!.Value, item.Attribute("Version")!.Value, "required"));

    private static IEnumerable<JsonObject> PagePackages(string root)
    {
        const string Folder = "node_modules/";
        using JsonDocument locked = JsonDocument.Parse(
            File.ReadAllBytes(Path.Combine(root, "tools", "Web", "package-lock.json")));
        foreach (JsonProperty package in locked.RootElement.GetProperty("packages").EnumerateObject()
            .Where(package => package.Name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            string name = package.Name[Folder.Length..];
            string version = package.Value.GetProperty("version").GetString()!;
            string hash = package.Value.GetProperty("integrity").GetString()!["sha512-".Length..];
            string purl = $"pkg:npm/{name}@{Uri.EscapeDataString(version)}";
            JsonObject component = Component(name, version, purl, "required");
            component["hashes"] = new JsonArray(new JsonObject
            {
                ["alg"] = "SHA-512", ["content"] = Convert.ToHexStringLower(Convert.FromBase64String(hash)),
            });
            component["licenses"] = License(package.Value.GetProperty("license").GetString()!);
            yield return component;
        }
    }

    // The launcher is the list: what it asks for is what is needed.
    private static IEnumerable<JsonObject> DebianPackages(string root)
    {
        Dictionary<string, string> installed = InstalledVersions();
        foreach (Match match in DebianPackage().Matches(File.ReadAllText(Path.Combine(root, "pulsegate"))))
        {
            string name = match.Groups[1].Value;
            bool isForTests = name == "chromium" || name.StartsWith("python3", StringComparison.Ordinal);
            string? version = installed.GetValueOrDefault(name);
            string purl = "pkg:deb/debian/" + name
                + (version is null ? "" : "@" + Uri.EscapeDataString(version));
            yield return Component(name, version, purl, isForTests ? "excluded" : "required");
        }
    }

    private static Dictionary<string, string> InstalledVersions()
    {
        var versions = new Dictionary<string, string>();
        string name = "";
        foreach (string line in File.Exists(PackageStatus) ? File.ReadLines(PackageStatus) : [])
        {
            if (line.StartsWith("Package: ", StringComparison.Ordinal))
            {
                name = line["Package: ".Length..];
            }
            else if (line.StartsWith("Version: ", StringComparison.Ordinal))
            {
                versions[name] = line["Version: ".Length..];
            }
        }

        return versions;
    }

    private static JsonObject NuGet(string name, string version, string scope)
        => Component(name, version, $"pkg:nuget/{name}@{Uri.EscapeDataString(version)}", scope);

    private static JsonObject Component(string name, string? version, string purl, string scope)
    {
        var component = new JsonObject { ["type"] = "library", ["bom-ref"] = purl, ["name"] = name };
        if (version is not null)
        {
            component["version"] = version;
        }

        component["scope"] = scope;
        component["purl"] = purl;
        return component;
    }

    private static JsonArray License(string expression)
        => new(new JsonObject { ["expression"] = expression });

    // A UUID (version 8, RFC 9562) out of the content, so that an unchanged bill keeps its name.
    private static string IdentityOf(string content)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes(content))[..16];
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    [GeneratedRegex(@"missing\+=\(([a-z0-9.+-]+)\)")]
    private static partial Regex DebianPackage();
}
