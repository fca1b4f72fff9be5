// What the information page tells of the unit.

namespace Pulsegate.Display;

/// <summary>Texts that the unit's owner sets and may change at any time.</summary>
public sealed class UnitFacts
{
    /// <summary>Device id.</summary>
    public string Device = "";

    /// <summary>Version of the firmware.</summary>
    public string Version = "";

    /// <summary>How the self-test went, in a few words.</summary>
    public string SelfTest = "";
}
