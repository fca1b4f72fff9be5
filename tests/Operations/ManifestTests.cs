// Goal: the Kubernetes manifests are ones that a cluster takes and that a linter finds nothing in. Method:
// the published schemas and the rules of @monokle/validation, run by node; altered copies, which must be
// found out.

using Pulsegate.Tests.Batch;
using Pulsegate.Tests.Ingest;

namespace Pulsegate.Tests.Operations;

[TestClass]
public sealed class ManifestTests
{
    // Secrets, by reference alone, and what others run.
    private static readonly string[] Elsewhere =
    [
        "forwarder.yaml: Deployment forwarder-edge-1 -> forwarder-edge-1",
        "forwarder.yaml: NetworkPolicy forwarder -> mosquitto",
        "forwarder.yaml: NetworkPolicy forwarder -> rabbitmq", "ingest.yaml: Deployment ingest -> ingest",
        "ingest.yaml: NetworkPolicy ingest -> postgres", "ingest.yaml: NetworkPolicy ingest -> rabbitmq",
        "namespace.yaml: NetworkPolicy names -> kube-dns", "read.yaml: Deployment read -> read",
        "read.yaml: NetworkPolicy read -> postgres",
    ];

    internal static string Folder
        => Path.GetDirectoryName(ProjectFile.Find("deploy/kubernetes/ingest.yaml"))!;

    [TestMethod]
    public void TheLinter_FindsNothing_AndNothingIsReferredToThatIsNowhere()
    {
        string packages = ToolProcess.PackageFolder();
        string[] files = [.. Directory.GetFiles(Folder, "*.yaml").Order(StringComparer.Ordinal)];
        (int exitCode, string output) = ToolProcess.Run(
            "", "node", [ToolProcess.Source("manifests.mjs"), packages, .. files]);
        StringAssert.Contains(output, " objects, 0 problems", output);
        Assert.AreEqual(0, exitCode, output);
        string[] links =
            [.. output.Split('\n').Where(line => line.StartsWith("elsewhere: ", StringComparison.Ordinal))
            .Select(line => Path.GetFileName(line.Split(':', 2)[1].Trim())).Order(StringComparer.Ordinal)];
        CollectionAssert.AreEqual(Elsewhere, links, output);
    }

    [TestMethod]
    public void AnAlteredManifest_IsFoundOut()
    {
        string packages = ToolProcess.PackageFolder();
        using var folder = new TemporaryFolder();
        string ingest = File.ReadAllText(Path.Combine(Folder, "ingest.yaml"));
        (string Name, string From, string To, string Found)[] alterations =
        [
            ("field", "replicas: 2", "replica: 2", "fields: "),
            ("type", "replicas: 2", "replicas: two", "schema: "),
            ("writable", "readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false", "KBP102: "),
            ("root", "runAsNonRoot: true", "runAsNonRoot: false", "PSS203: "),
            ("privilege", "allowPrivilegeEscalation: false", "allowPrivilegeEscalation: true", "PSS202: "),
            ("latest", "pulsegate:0.1.0", "pulsegate:latest", "KBP001: "),
            ("memory", ", memory: 512Mi", "", "KBP005: "),
            ("link", "configMap: {name: ingest}", "configMap: {name: ingset}", "elsewhere: -> ingset"),
        ];
        foreach ((string name, string from, string to, _) in alterations)
        {
            Assert.Contains(from, ingest);
            File.WriteAllText(folder[$"{name}.yaml"], ingest.Replace(from, to, StringComparison.Ordinal));
        }

        (_, string output) = ToolProcess.Run(
            "", "node",
            [ToolProcess.Source("manifests.mjs"), packages,
                .. alterations.Select(one => folder[$"{one.Name}.yaml"])]);
        string[] lines = output.Split('\n');
        foreach ((string name, _, _, string found) in alterations)
        {
            Assert.IsTrue(
                lines.Any(line => line.Contains($"{name}.yaml: Deployment", StringComparison.Ordinal)
                    && found.Split("elsewhere: ").All(part => line.Contains(part, StringComparison.Ordinal))),
                $"{name}: {output}");
        }
    }
}
