// Goal: the bill of materials that the build leaves is CycloneDX and names everything that this is made of.
// Method: the file, read with a JSON parser and held against the pinned versions, the restore and the
// launcher.

using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Pulsegate.Tests.Batch;

namespace Pulsegate.Tests.Cli;

[TestClass]
public sealed class SbomTests
{
    private static readonly JsonElement Bill = Read();
    private static readonly Dictionary<string, JsonElement> Components = Bill.GetProperty("components")
        .EnumerateArray()
        .ToDictionary(component => component.GetProperty("purl").GetString()!);

    [TestMethod]
    public void TheBuildsBill_IsWellFormed()
    {
        Assert.AreEqual("CycloneDX", Bill.GetProperty("bomFormat").GetString());
        Assert.AreEqual("1.5", Bill.GetProperty("specVersion").GetString());
        StringAssert.Matches(
            Bill.GetProperty("serialNumber").GetString()!,
            new Regex("^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"));
        Assert.AreEqual("pulsegate",
            Bill.GetProperty("metadata").GetProperty("component").GetProperty("name").GetString());
        foreach ((string purl, JsonElement component) in Components)
        {
            Assert.AreEqual(purl, component.GetProperty("bom-ref").GetString());
            Assert.AreEqual("library", component.GetProperty("type").GetString());
            Assert.IsTrue(component.GetProperty("scope").GetString() is "required" or "excluded");
            if (component.TryGetProperty("hashes", out JsonElement hashes))
            {
                StringAssert.Matches(
                    hashes[0].GetProperty("content").GetString()!, new Regex("^[0-9a-f]{128}$"));
            }
        }
    }

    [TestMethod]
    [DataRow("Directory.Packages.props")]
    [DataRow("nanoFramework.Packages.props")]
    public void EveryPinnedPackage_IsNamedWithItsVersion(string file)
    {
        foreach (XElement item in XDocument.Load(ProjectFile.Find(file)).Descendants("PackageVersion"))
        {
            string purl = $"pkg:nuget/{item.Attribute("Include")!.Value}@{item.Attribute("Version")!.Value}";
            Assert.IsTrue(Components.ContainsKey(purl.Replace("*", "%2A")), purl);
        }
    }

    [TestMethod]
    public void EveryPackageThatTheProgramRunsWith_IsNamedAsRequired()
    {
        using JsonDocument dependencies = JsonDocument.Parse(File.ReadAllText(
            ProjectFile.Find("tools/Pulsegate.Cli/bin/Release/net10.0/pulsegate.deps.json")));
        foreach (JsonProperty library in dependencies.RootElement.GetProperty("libraries").EnumerateObject())
        {
            if (library.Value.GetProperty("type").GetString() == "package")
            {
                string purl = "pkg:nuget/" + library.Name.Replace('/', '@');
                Assert.IsTrue(Components.TryGetValue(purl, out JsonElement component), purl);
                Assert.AreEqual("required", component.GetProperty("scope").GetString(), purl);
            }
        }
    }

    [TestMethod]
    [DataRow("mosquitto")]
    [DataRow("libmosquitto1")]
    [DataRow("libsqlite3-0")]
    [DataRow("chromium")]
    public void DebianPackages_AreNamed(string name)
        => Assert.IsTrue(
            Components.Keys.Any(purl => Regex.IsMatch(purl, $"^pkg:deb/debian/{name}(@|$)")), name);

    [TestMethod]
    public void ThePagesLibrary_IsNamedAsRequired()
        => Assert.AreEqual("required", Components["pkg:npm/uplot@1.6.32"].GetProperty("scope").GetString());

    private static JsonElement Read()
    {
        using JsonDocument bill = JsonDocument.Parse(File.ReadAllText(
            ProjectFile.Find("tools/Pulsegate.Cli/bin/Release/net10.0/pulsegate.cdx.json")));
        return bill.RootElement.Clone();
    }
}
