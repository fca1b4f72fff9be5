using Pulsegate.Client;

var verifier = new BatchVerifier(KeyringFile.Load(args[0]));
var gaps = new GapDetector();
foreach (string line in File.ReadLines(args[1]))
{
    if (!verifier.TryVerify(line, out VerifiedRecord? record, out string reason))
        Console.WriteLine($"refused: {reason}");
    else if (gaps.Add(record) is GapOutcome.New or GapOutcome.Unsequenced)
        foreach (VitalReading reading in record.PhysicalReadings()) Console.WriteLine(reading);
    else Console.WriteLine($"put aside: {record.Device} {record.Sequence}");
}
foreach (MissingRange missing in gaps.Missing()) Console.WriteLine($"missing: {missing}");
